"""`provider set|list|test|report|remove`: issuers' accounts with payment providers. No credential is ever printed."""

from __future__ import annotations

import json
import sys
from datetime import datetime

import click

from portal.app.issuers import list_issuers
from portal.app.payments.accounts import ShownAccount, list_accounts, remove_account, set_account, show_account
from portal.app.payments.daily import compare_by_hand
from portal.app.payments.probing import probe_account
from portal.app.portal import Portal
from portal.cli.common import answer, find_issuer, json_option, open_portal
from portal.cli.comparisons import comparison_row, said
from portal.domain.access import operator
from portal.domain.comparing import Result
from portal.errors import Refused
from portal.ledger.parties import Issuer, issuer_by_id
from portal.providers.registry import make_providers
from portal.providers.sandbox import Sandbox
from portal.text import Text

_LONGEST = 20_000  # bytes of credentials


def _asked() -> str:
    """What each provider asks for; what it can do without in brackets."""
    lines = []
    for one in make_providers(Sandbox(lambda _account, _reference: ())).values():
        names = (field.name if field.required else f"[{field.name}]" for field in one.fields)
        lines.append(f"{one.name}: {' '.join(names)}")
    return "\n".join(("\b", *lines))


@click.group()
def provider() -> None:
    """Accounts with payment providers: through which an issuer is paid."""


_SET_HELP = f"""Keep an account's credentials, encrypted; they are never shown again.

They come as one JSON object on standard input:

{_asked()}

\b
Example:
  python -m portal provider set --issuer 900100200 --provider wompi --from-stdin < keys.json

Given again, they replace those of the same account; the former ones still verify notices for a day. Prints the
account's id and the webhook address, which you enter in the provider's panel.
"""


@provider.command("set", help=_SET_HELP)
@click.option("--issuer", "issuer_tax_id", required=True, metavar="TAXID")
@click.option("--provider", "name", required=True, metavar="NAME", help="wompi, mercado_pago, payu or sandbox.")
@click.option("--account", "account_id", type=int, metavar="ID", help="Change this account, also to other public keys.")
@click.option(
    "--from-stdin", is_flag=True, required=True, expose_value=False, help="Read the credentials from standard input."
)
@click.option("--api-url", help="Another address for the provider's API; not in production.")
@click.option("--checkout-url", help="Another address for its payment page; not in production.")
@json_option
def set_(
    issuer_tax_id: str, name: str, account_id: int | None, api_url: str | None,
    checkout_url: str | None, as_json: bool,
) -> None:  # fmt: skip
    portal = open_portal()
    issuer = find_issuer(portal, issuer_tax_id)
    told = _credentials(sys.stdin.buffer.read(_LONGEST + 1))
    kept = set_account(portal, operator(), issuer.id, name, told, account_id, api_url, checkout_url)
    sentence = f"Cuenta {kept.row.id}: {kept.title}, {kept.short} ({_mode(kept)}).\nDirección de avisos: {kept.webhook}"
    answer(as_json, _row(kept, issuer), sentence)


@provider.command("list")
@click.option("--issuer", "issuer_tax_id", metavar="TAXID", help="Of this issuer only.")
@json_option
def list_(issuer_tax_id: str | None, as_json: bool) -> None:
    """Every account, with its last test and its last notice."""
    portal = open_portal()
    issuers = [find_issuer(portal, issuer_tax_id)] if issuer_tax_id else list_issuers(portal, operator())
    found = [(one, issuer) for issuer in issuers for one in list_accounts(portal, operator(), issuer.id)]
    lines = [_line(*both) for both in found]
    nothing = "Todavía no hay cuentas con proveedores: agrega una con «provider set»."
    answer(as_json, [_row(*one) for one in found], "\n".join(lines) or nothing)


@provider.command()
@click.argument("account_id", type=int)
@json_option
def test(account_id: int, as_json: bool) -> None:
    """Try an account's credentials, without moving money; exit code 1 and the reason if they are not good."""
    portal = open_portal()
    try:
        passed, found = True, probe_account(portal, operator(), account_id)
    except Refused as refused:
        passed, found = False, refused.text
    answer(as_json, {"id": account_id, "ok": passed, "found": str(found)}, str(found))
    sys.exit(0 if passed else 1)


@provider.command()
@click.argument("issuer_tax_id", metavar="ISSUER")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="On the issuer's calendar; by default yesterday."
)
@json_option
def report(issuer_tax_id: str, day: datetime | None, as_json: bool) -> None:
    """Compare a day's payments at each of the issuer's providers with the ledger, now.

    Asks every provider again, within its limits. What one of them holds and the ledger does not is recorded at once.
    Exit code 0 only if every account is equal; a day that could not be compared whole never is.

    \b
    Example:
      python -m portal provider report 900100200 --date 2026-11-27
    """
    portal = open_portal()
    issuer = find_issuer(portal, issuer_tax_id)
    found = compare_by_hand(portal, operator(), issuer.id, day.date() if day else None)
    lines = [line for one in found for line in said(portal, one)]
    nothing = "Todavía no hay cuentas con proveedores: agrega una con «provider set»."
    answer(as_json, [comparison_row(one, issuer) for one in found], "\n".join(lines) or nothing)
    sys.exit(0 if all(one.compared.result is Result.EQUAL for one in found) else 1)


@provider.command()
@click.argument("account_id", type=int)
@json_option
def remove(account_id: int, as_json: bool) -> None:
    """Take an account away. Payments that were begun there are still asked about and credited."""
    portal = open_portal()
    gone = show_account(portal, operator(), account_id)
    remove_account(portal, operator(), account_id)
    answer(as_json, _row(gone, _issuer(portal, gone)) | {"enabled": False, "removed": True}, "Cuenta quitada.")


def _credentials(raw: bytes) -> dict[str, str]:
    """The JSON object as texts. What is wrong with it is said without it."""
    try:
        told = json.loads(raw.decode("utf-8-sig")) if len(raw) <= _LONGEST else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise Refused(Text("Las credenciales van por la entrada estándar: un objeto JSON con cada nombre y su valor."))
    if not all(isinstance(value, (str, int)) and not isinstance(value, bool) for value in told.values()):
        raise Refused(Text("Cada credencial es un texto entre comillas."))
    return {name: str(value) for name, value in told.items()}


def _issuer(portal: Portal, one: ShownAccount) -> Issuer:
    with portal.ledger.read() as conn:
        return issuer_by_id(conn, one.row.issuer_id)


def _line(one: ShownAccount, issuer: Issuer) -> str:
    offered = "ofrecida" if one.row.enabled else "apagada"
    return f"{one.row.id}  {one.title:14} {one.short:20} {_mode(one):10} {offered:8}  {issuer.name}"


def _mode(one: ShownAccount) -> str:
    return "producción" if one.row.live else "pruebas"


def _row(one: ShownAccount, issuer: Issuer) -> dict[str, object]:
    row = one.row
    return {
        "id": row.id,
        "issuer": issuer.tax_id,
        "provider": row.provider,
        "receiver": one.short,
        "live": row.live,
        "enabled": row.enabled,
        "webhook": one.webhook,
        "tested_at": row.tested_at.isoformat() if row.tested_at else None,
        "test_passed": row.test_passed,
        "test_found": str(row.test_found) if row.test_found else None,
        "noticed_at": row.noticed_at.isoformat() if row.noticed_at else None,
        "notice_genuine": row.notice_genuine,
    }
