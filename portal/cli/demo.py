"""`run --demo`: invented companies in a home of their own, brought in by the same import as any document."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from data.demo.companies import ABC, ACCOUNTS, ANA, EJEMPLAR, RIO_CLARO, ROBLE, SAN_JOSE, Seller
from data.demo.files import demo_sources
from portal.app.importing.run import import_files
from portal.app.issuers import add_issuer, list_issuers
from portal.app.links import create_link, list_links
from portal.app.payments.accounts import SANDBOX, list_accounts, set_account
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.cli.demo_people import add_people, people_told
from portal.clock import Clock
from portal.config import Settings
from portal.domain.access import operator
from portal.domain.parties import Party
from portal.errors import LedgerBroken, Refused
from portal.ledger import parties
from portal.text import Text

DEMO_HOME = "data/var/demo"
ME = operator("demo")
_DAYS = 365
_STARTED = "demo-started"
_SELLERS = tuple({account.seller.party.tax_id: account.seller for account in ACCOUNTS}.values())
_LINKS = (
    *((seller, ABC) for seller in _SELLERS if any(a.seller is seller and a.customer is ABC for a in ACCOUNTS)),
    (EJEMPLAR, ANA),
    (ROBLE, SAN_JOSE),
    (ROBLE, RIO_CLARO),
)
_WHAT = {
    ABC.tax_id: "crédito mensual: abonos, notas, vencidas, saldo a favor",
    ANA.tax_id: "persona natural: contado y crédito",
    SAN_JOSE.tax_id: "una sola factura",
    RIO_CLARO.tax_id: "anticipos",
}


def load_demo(settings: Settings, clock: Clock | None = None) -> str:
    """Bring the demo in, unless it is there already; returns the addresses to try, for people.

    A load that was cut short goes on where it stopped, with the dates it began with. Refused where there are
    other data, and in production.
    """
    if settings.is_production:
        raise Refused(Text("La demostración no corre en producción. Usa PORTAL_ENV=development."))
    portal = build(settings, clock)
    try:
        if not _complete(portal):
            click.echo("Preparando los datos de la demostración…", err=True)
            _load(portal)
        add_people(portal, ME, partial(_ids, portal))
        _let_pay(portal)
        return _told(portal)
    finally:
        portal.views.close()
        portal.ledger.engine.dispose()


@dataclass(frozen=True, slots=True)
class _Stopped:
    """The clock at the moment when the demo was begun."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def _complete(portal: Portal) -> bool:
    """Whether the load has ended: its links come last."""
    return len(list_links(portal, ME)) >= len(_LINKS)


def _load(portal: Portal) -> None:
    started = _started(portal)
    known = {issuer.tax_id for issuer in list_issuers(portal, ME)}
    for seller in (one for one in _SELLERS if one.paid_on_issue and one.party.tax_id not in known):
        add_issuer(portal, ME, seller.party.tax_id, seller.party.name, seller.party.email or "", cash_policy="paid")
    report = import_files(portal, ME, demo_sources(started))
    if report.problems:
        raise LedgerBroken(report.problems[0].reason)
    for seller, customer in _LINKS:
        create_link(portal, ME, _ids(portal, seller, customer)[1], _DAYS)


def _let_pay(portal: Portal) -> None:
    """Every issuer takes the sandbox's money, which is none."""
    for issuer in list_issuers(portal, ME):
        if not list_accounts(portal, ME, issuer.id):
            set_account(portal, ME, issuer.id, SANDBOX, {"secret": secrets.token_hex(16)})


def _started(portal: Portal) -> Clock:
    marker: Path = portal.settings.home / _STARTED
    if not marker.exists():
        if list_issuers(portal, ME):
            raise Refused(
                Text("Este portal ya tiene documentos y la demostración no se mezcla con ellos: "
                     "quita PORTAL_HOME y PORTAL_DATABASE_URL, o usa otros.")
            )  # fmt: skip
        marker.write_text(portal.clock.now().astimezone(UTC).isoformat(), encoding="ascii")
    return _Stopped(datetime.fromisoformat(marker.read_text(encoding="ascii")))


def _ids(portal: Portal, seller: Seller, customer: Party) -> tuple[int, int]:
    """An issuer of the demo and one of its customers."""
    with portal.ledger.read() as conn:
        issuer = parties.issuer_by_tax_id(conn, seller.party.tax_id, seller.party.country)
        assert issuer is not None  # noqa: S101  it came in with its documents
        return issuer.id, parties.customers_by_tax_id(conn, issuer.id, customer.tax_id)[0].id


def _told(portal: Portal) -> str:
    lines = ["", "Enlaces personales de la demostración (ábrelos en el navegador):", ""]
    for shown in reversed(list_links(portal, ME)):
        what = _WHAT.get(shown.link.customer_tax_id, "")
        lines += [f"  {shown.link.customer_name} en {shown.link.issuer_name} ({what})", f"    {shown.url or 'vencido'}"]
    return "\n".join([*lines, *people_told(), "", f"Para empezar de nuevo, borra {portal.settings.home}.", ""])
