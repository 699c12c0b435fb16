"""«Ya pagué»: a payer reports money that it sent without the portal; the issuer decides (`deciding`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.app.attachments import Upload
from portal.app.payments.report_mails import tell_issuer
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.application import same_reference
from portal.domain.checkouts import Due
from portal.domain.money import plain
from portal.domain.transfers import MEANS, ReportState, check_day, spread
from portal.errors import NotFound, Refused
from portal.ledger import attachments, audit, baskets, payers, transfers
from portal.ledger.attachments import Attachment
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.books import lock_customers
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.payables import Payable, payables
from portal.ledger.transfers import Report, ReportLine
from portal.ledger.unit import Connection, Unit
from portal.text import Text

LONGEST, LONGEST_COMMENT = 60, 500
DAY = timedelta(days=1)
MOST_FOR_ONE, MOST_BY_ONE, MOST_FROM_ONE = 20, 40, 60  # a day: of a customer, by a person, from an address
PAGE = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What a payer says of a transfer, for documents of one issuer, customer and currency; minor units.

    `key` is the same when one form arrives twice. `parts`: by document, where the payer says how much is for which.
    `proof`: the name and bytes of a file.
    """

    document_ids: Sequence[int]
    key: str
    amount: int
    on: date
    method: str
    reference: str = ""
    bank: str = ""
    comment: str = ""
    parts: Mapping[int, int] = field(default_factory=dict)
    proof: tuple[str, bytes] | None = None
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Reportable:
    """The documents that a report would be about, as they stand now, and what waits for them already."""

    lines: tuple[Payable, ...]
    waiting: tuple[Report, ...]
    today: date

    @property
    def outstanding(self) -> int:
        return sum(line.outstanding for line in self.lines)


@dataclass(frozen=True, slots=True)
class ShownReport:
    """A report with the names of what it is about."""

    report: Report
    issuer_name: str
    customer_name: str
    lines: tuple[ReportLine, ...]
    proof: Attachment | None


def reportable(portal: Portal, actor: Actor, document_id: int, basket_id: int | None = None) -> Reportable:
    """A document and those of the actor's basket that could be paid with it. Raises NotFound."""
    with portal.ledger.read() as conn:
        wanted = baskets.basket_of(conn, basket_id, actor.name) if basket_id is not None else []
        if wanted is None:
            raise NotFound()
        found = _mine(conn, actor, [document_id])
        others = [one for one in payables(conn, wanted) if _bill(one) == _bill(found[0])]
        lines = {one.document_id: one for one in (*found, *others) if one.outstanding}
        waiting = transfers.reports_for(conn, list(lines), waiting_only=True)
    return Reportable(tuple(lines.values()), tuple(waiting), today(portal.clock, found[0].timezone))


def report_transfer(portal: Portal, actor: Actor, said: Said, where: Where | None = None) -> int:
    """Keep what the payer says and tell the issuer; returns the report's id, the same for the same form.

    The documents stand "en revisión" until the issuer decides; nothing is posted. Raises Refused with what to do,
    NotFound for documents that are not the actor's to pay, or not of one issuer, customer and currency.
    """
    with portal.ledger.read() as conn:
        one = _mine(conn, actor, said.document_ids)[0]
    proof = Upload(portal, *said.proof) if said.proof else None
    told = _checked(said, proof is not None)
    with portal.ledger.write(actor.name) as unit:
        lock_customers(unit.conn, {one.customer_id})
        again = transfers.reported_by(unit.conn, _key(actor, said))
        if again is not None:
            return again
        report = _keep(portal, unit, actor, said, told, proof)
        _check_room(unit, actor, report.customer_id, where)
        amount = f"{plain(report.amount, report.currency)} {report.currency}"
        audit.note(
            unit, Event.TRANSFER_REPORTED, f"report:{report.id}", report.issuer_id, report.customer_id, where,
            amount=amount,
        )  # fmt: skip
        tell_issuer(portal, unit, report)
        unit.commit()
    return report.id


def list_reports(
    portal: Portal, actor: Actor, states: Collection[ReportState], limit: int = PAGE, offset: int = 0
) -> list[ShownReport]:
    """What was reported to the actor's desk, in these states: what waits the longest first, else the newest first."""
    with portal.ledger.read() as conn:
        found = transfers.reports_in(conn, actor.scope(Right.BOOK), states, limit, offset)
        return shown(conn, found)


def reports_of_document(portal: Portal, actor: Actor, document_id: int) -> list[ShownReport]:
    """What was reported for a document, the oldest first, as far as the actor sees it."""
    scope = actor.scope(Right.SEE)
    with portal.ledger.read() as conn:
        found = transfers.reports_for(conn, [document_id])
        return shown(conn, [one for one in found if scope.covers(one.issuer_id, one.customer_id)])


def waiting_in_account(
    portal: Portal, actor: Actor, issuer_id: int, customer_id: int, currency: str
) -> list[ShownReport]:
    """What a customer has reported in a currency and its issuer has not decided on. Raises NotFound."""
    actor.require(Right.SEE, issuer_id, customer_id)
    with portal.ledger.read() as conn:
        found = transfers.waiting_of(conn, customer_id, currency)
        return shown(conn, [one for one in found if one.issuer_id == issuer_id])


def shown(conn: Connection, found: Sequence[Report]) -> list[ShownReport]:
    """Reports with their names; whoever asks has been checked."""
    lines = transfers.lines_of(conn, [one.id for one in found])
    return [
        ShownReport(
            one,
            issuer_by_id(conn, one.issuer_id).name,
            customer_by_id(conn, one.customer_id).name,
            tuple(lines.get(one.id, ())),
            attachments.find_attachment(conn, one.proof_id) if one.proof_id is not None else None,
        )
        for one in found
    ]


def _mine(conn: Connection, actor: Actor, document_ids: Sequence[int]) -> list[Payable]:
    found = payables(conn, document_ids)
    if not found or len(found) != len(set(document_ids)) or len({_bill(one) for one in found}) > 1:
        raise NotFound()
    actor.require(Right.PAY, found[0].issuer_id, found[0].customer_id)
    return found


def _bill(one: Payable) -> tuple[int, int, str]:
    return one.issuer_id, one.customer_id, one.currency


def _key(actor: Actor, said: Said) -> str:
    """Another person's key is another key."""
    return f"{actor.name}/{said.key}"[:64]


def _checked(said: Said, proved: bool) -> dict[str, str]:
    """The words without what no screen shows."""
    told = {"reference": _clean(said.reference), "bank": _clean(said.bank), "comment": _clean(said.comment)}
    if said.method not in MEANS:
        raise Refused(Text("Elige cómo pagaste."))
    if not told["reference"] and not proved:
        raise Refused(Text("Escribe la referencia del pago o sube el comprobante: con uno de los dos lo encontramos."))
    if max(len(told["reference"]), len(told["bank"])) > LONGEST or len(told["comment"]) > LONGEST_COMMENT:
        raise Refused(Text("Uno de los textos es demasiado largo: acórtalo."))
    return told | {"method": str(said.method)}


def _clean(typed: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in typed).split())


def _keep(portal: Portal, unit: Unit, actor: Actor, said: Said, told: dict[str, str], proof: Upload | None) -> Report:
    lines = _mine(unit.conn, actor, said.document_ids)
    one = lines[0]
    check_day(said.on, today(portal.clock, one.timezone))
    dues = [Due(line.document_id, line.item_id, line.outstanding, line.payable_on) for line in lines]
    amounts = spread(dues, said.amount, said.parts)
    if not amounts:
        raise Refused(Text("Estos documentos ya no tienen saldo: no hay nada por pagar."))
    _check_new(unit.conn, one, said, told["reference"])
    payer = payers.payer_of(unit.conn, actor.user_id, one.customer_id)
    return transfers.add_report(
        unit,
        sorted(lines, key=lambda line: (line.payable_on, line.document_id)),
        amounts,
        issuer_id=one.issuer_id,
        customer_id=one.customer_id,
        currency=one.currency,
        amount=said.amount,
        paid_on=said.on,
        proof_id=proof.attach(unit, one.issuer_id, one.customer_id, "proof") if proof else None,
        start_key=_key(actor, said),
        name=payer.name,
        email=payer.email,
        language=said.language,
        **told,
    )


def _check_new(conn: Connection, one: Payable, said: Said, reference: str) -> None:
    """Two forms about one transfer would make two of it."""
    for known in transfers.waiting_of(conn, one.customer_id, one.currency):
        same = known.amount == said.amount and known.paid_on == said.on
        if same and (same_reference(known.reference, reference) or not (known.reference and reference)):
            raise Refused(Text("Ya avisaste un pago igual, de esa fecha: el emisor lo está revisando."))


def _check_room(unit: Unit, actor: Actor, customer_id: int, where: Where | None) -> None:
    counters = [
        Counter("report", key_hash("customer", str(customer_id)), MOST_FOR_ONE, DAY),
        Counter("report", key_hash("person", actor.name), MOST_BY_ONE, DAY),
    ]
    if where is not None and where.address:
        counters.append(Counter("report", key_hash("address", where.address), MOST_FROM_ONE, DAY))
    if not take_room(unit, counters):
        raise Refused(Text("Hoy se avisaron muchos pagos: intenta mañana, o escribe a quien te factura."))
