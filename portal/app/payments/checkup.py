"""What is wrong with paying, for `doctor`: one sentence for each thing, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from portal.app.payments.accounts import SANDBOX, notice_address, opened
from portal.app.payments.crediting import LONGEST_PENDING
from portal.app.portal import Portal
from portal.errors import Refused
from portal.ledger import payment_health as health
from portal.ledger.payment_health import UsedAccount
from portal.text import Text

A_NOTICE_COMES = timedelta(hours=1)  # after somebody went to pay
A_LOOK_IS_DONE = timedelta(hours=1)  # after it was due
A_DAY_IS_COMPARED = timedelta(days=3)
A_JOB_IS_DONE = timedelta(minutes=15)
AN_END_IS_SEEN = LONGEST_PENDING + timedelta(days=1)


def payment_troubles(portal: Portal) -> Iterator[Text]:
    """Nothing where all is well."""
    now = portal.clock.now()
    with portal.ledger.read() as conn:
        accounts = health.used_accounts(conn, now - A_NOTICE_COMES)
        endless, unasked = (
            health.open_since(conn, now - AN_END_IS_SEEN),
            health.unasked_since(conn, now - A_LOOK_IS_DONE),
        )
        waiting, given_up = health.waiting_since(conn, now - A_JOB_IS_DONE), health.given_up(conn)
    for account in accounts:
        yield from _of_account(portal, account)
    if endless:
        yield Text(
            "Cobros que siguen abiertos después de {days} días: {count}. Nadie ha podido preguntar por ellos: corre "
            "«worker» y prueba las cuentas con «provider test».",
            days=AN_END_IS_SEEN.days,
            count=endless,
        )
    if unasked:
        yield Text(
            "Cobros por los que se debió preguntar hace más de una hora: {count}. Corre «worker payments».",
            count=unasked,
        )
    if waiting:
        yield Text(
            "Trabajos de pagos que esperan desde hace más de 15 minutos: {count}. Corre «worker payments» y revisa que "
            "Redis responda.",
            count=waiting,
        )
    if given_up:
        yield Text(
            "Trabajos de pagos que se abandonaron: {count}. Mira por qué en la página Sistema y reintenta cada uno.",
            count=given_up,
        )


def _of_account(portal: Portal, one: UsedAccount) -> Iterator[Text]:
    row, company = one.row, portal.providers.get(one.row.provider)
    whose = {"provider": company.title if company else row.provider, "issuer": one.issuer, "id": row.id}
    try:
        opened(portal, row)
    except Refused:
        yield Text(
            "Las credenciales de {provider} de {issuer} (cuenta {id}) no se abren con esta clave secreta: pon la "
            "anterior en PORTAL_SECRET_KEY_PREVIOUS, o cárgalas otra vez con «provider set».",
            **whose,
        )
    if max(one.compared_at or row.created_at, row.created_at) < portal.clock.now() - A_DAY_IS_COMPARED:
        yield Text(
            "Los pagos de {provider} de {issuer} (cuenta {id}) no se comparan desde hace más de {days} días: corre "
            "«worker exports» y prueba la cuenta con «provider test {id}».",
            days=A_DAY_IS_COMPARED.days,
            **whose,
        )
    if row.provider == SANDBOX or not row.enabled:
        return
    if row.noticed_at is None and one.used:
        yield Text(
            "{provider} de {issuer} (cuenta {id}) ya se usa y nunca ha mandado un aviso: pon {address} en su panel.",
            address=notice_address(portal, row),
            **whose,
        )
    elif row.noticed_at is not None and not row.notice_genuine:
        yield Text(
            "El último aviso de {provider} de {issuer} (cuenta {id}) no traía la firma esperada: copia otra vez el "
            "secreto de los avisos con «provider set».",
            **whose,
        )
