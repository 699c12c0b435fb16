"""What a person reads: every answer begins with who asks, and stands as of today in the issuer's zone."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from portal.app.looking import note_look
from portal.app.portal import Portal
from portal.clock import BOGOTA, today
from portal.domain.access import Actor, Right
from portal.domain.aging import Settlement, is_overdue, settlement
from portal.domain.book import Cause
from portal.domain.days import Today, today_everywhere
from portal.domain.documents import Facts, Kind, Validation, load_facts, load_validation
from portal.domain.folding import fold_number
from portal.domain.statement import Statement
from portal.errors import NotFound
from portal.ledger import checkouts, details, documents, parties, transfers, withholdings
from portal.ledger.audit import Event
from portal.ledger.details import Applied, Neighbour
from portal.ledger.disputes import disputed_documents
from portal.ledger.vouchers import vouchers_of_items
from portal.text import Text
from portal.views import facets as facets_of
from portal.views import pages, statements, summary
from portal.views.facets import Facets
from portal.views.filters import DocumentFilter, SortKey
from portal.views.pages import Page
from portal.views.summary import Summary

_LOOKS = {Right.DOWNLOAD: Event.DOCUMENT_DOWNLOADED}
SHOWN = ("active", "void", "question")


def list_documents(
    portal: Portal, actor: Actor, filter: DocumentFilter, sort: SortKey, descending: bool, limit: int, offset: int
) -> Page:
    """A page of the documents that the actor may see, with the totals of all that match."""
    return pages.page(portal.views, actor.scope(Right.SEE), filter, sort, descending, limit, offset, everywhere(portal))


def summarise(portal: Portal, actor: Actor) -> Summary:
    """What is owed, overdue, in favour and next due, of all that the actor may see."""
    return summary.summary(portal.views, actor.scope(Right.SEE), everywhere(portal))


def what_to_filter_by(portal: Portal, actor: Actor) -> Facets:
    """The currencies, issuers, kinds and dates that the actor's documents have."""
    return facets_of.facets(portal.views, actor.scope(Right.SEE))


def read_statement(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    customer_id: int,
    currency: str,
    start: date,
    end: date,
    limit: int | None = None,
    offset: int = 0,
    known_at: datetime | None = None,
) -> Statement:
    """The statement of account as known at `known_at` (now); NotFound for what is not the actor's."""
    return statements.statement(
        portal.views,
        actor.scope(Right.SEE),
        issuer_id,
        customer_id,
        currency,
        start,
        end,
        known_at or portal.clock.now(),
        limit,
        offset,
    )


def statement_currencies(portal: Portal, actor: Actor, issuer_id: int, customer_id: int) -> tuple[str, ...]:
    """The currencies of this customer's account."""
    return statements.statement_currencies(portal.views, actor.scope(Right.SEE), issuer_id, customer_id)


@dataclass(frozen=True, slots=True)
class DocumentDetail:
    """A document as its page and its PDF show it; amounts in minor units of its currency."""

    id: int
    issuer_id: int
    customer_id: int
    facts: Facts
    state: str
    validation: Validation | None
    on: date
    outstanding: int
    available: int
    reserved: bool
    applied: tuple[Applied, ...]
    names: tuple[Neighbour, ...]
    named_by: tuple[Neighbour, ...]
    reported: int  # what its payer says was sent, and the issuer has not decided on
    claimed: int  # what its payer says it keeps back, and the issuer has not decided on
    files: tuple[tuple[str, str], ...]  # (role, name)
    vouchers: Mapping[int, tuple[int, int]]  # (id, number) of comprobantes, by the items of `applied`
    being_paid: bool  # somebody has begun to pay it, and money may be on its way
    disputed: bool  # its customer objects to it, and the issuer has not answered for good
    opened_at: datetime | None = None  # when its customer first saw it or took it along

    @property
    def void(self) -> bool:
        return self.state == "void"

    @property
    def balance(self) -> int:
        return self.outstanding or self.available

    @property
    def to_pay(self) -> int:
        """What its payer would be asked for."""
        return max(0, self.outstanding - self.claimed)

    @property
    def paid(self) -> int:
        """What settled it; `withheld` is a part of this."""
        return self.facts.total_minor - self.balance if self.state == "active" else 0

    @property
    def withheld(self) -> int:
        """What was kept back and accepted."""
        return sum(one.amount for one in self.applied if one.cause == Cause.WITHHOLDING)

    @property
    def settlement(self) -> Settlement:
        in_review = self.state == "question"
        return settlement(self.facts.total_minor, self.facts.total_minor if in_review else self.balance, self.void)

    @property
    def overdue(self) -> bool:
        return is_overdue(self.facts.payable_on, self.outstanding, self.on)

    @property
    def by_credit_notes(self) -> bool:
        credited = sum(one.amount for one in self.applied if one.cause == Cause.CREDIT_NOTE)
        return credited == self.facts.total_minor > 0 == self.outstanding

    def status(self) -> Text:
        """The document's standing in one sentence."""
        if self.void:
            return Text("Anulada: no se debe nada por este documento.")
        if self.reported:
            return Text("En revisión: hay un pago avisado.")
        if self.claimed:
            return Text("En revisión: hay una retención por aceptar.")
        if self.state == "question":
            return Text("En revisión: el emisor confirma si este recibo es de un pago que ya está en el portal.")
        standing = self._debit_status() if self.facts.kind.is_debit else self._credit_status()
        return Text("En disputa. {standing}", standing=standing) if self.disputed else standing

    def _debit_status(self) -> Text:
        if not self.outstanding:
            if self.by_credit_notes:
                return Text("Saldada con nota crédito: no hay nada por pagar.")
            if any(one.cause == Cause.WRITE_OFF for one in self.applied):
                return Text("Cerrada con un ajuste: no hay nada por pagar.")
            return Text("Pagada: no hay nada por pagar.")
        return Text("Abonada en parte. {due}", due=self._due()) if self.paid else self._due()

    def _due(self) -> Text:
        days = (self.facts.payable_on - self.on).days
        named = {-1: Text("Venció ayer."), 0: Text("Vence hoy."), 1: Text("Vence mañana.")}
        if days in named:
            return named[days]
        if days < 0:
            return Text("Vencida hace {days} días.", days=-days)
        return Text("Vence en {days} días.", days=days)

    def _credit_status(self) -> Text:
        if not self.available:
            return Text("Se aplicó por completo.")
        if self.reserved:
            return Text("Reservado: espera un documento que todavía no ha llegado.")
        return Text("Queda saldo a favor por aplicar.")


def read_document(portal: Portal, actor: Actor, document_id: int, right: Right = Right.SEE) -> DocumentDetail:
    """One document, from the ledger; the audit knows. NotFound when it is not there, withdrawn, or not the actor's."""
    found = detail_of(portal, actor, document_id, right)
    note_look(portal, actor, _LOOKS.get(right, Event.DOCUMENT_SEEN), document_id, found.issuer_id, found.customer_id)
    return found


def detail_of(portal: Portal, actor: Actor, document_id: int, right: Right) -> DocumentDetail:
    """As `read_document`, for what the audit knows of already."""
    with portal.ledger.read() as conn:
        row = documents.find(conn, document_id)
        if row is None or row.state not in SHOWN:
            raise NotFound()
        actor.require(right, row.issuer_id, row.customer_id)
        item = details.item_of(conn, row.item_id) if row.item_id is not None and row.state == "active" else None
        applied = details.applied_to(conn, row.item_id) + details.lowered_by(conn, row.item_id) if item else []
        names, named_by = details.neighbours(conn, document_id)
        reported = transfers.reported_on(conn, document_id)
        claimed = withholdings.waiting_on(conn, [document_id]).get(document_id, 0)
        files = [(kept.role, kept.name) for kept in documents.files_of(conn, document_id)]
        issued = vouchers_of_items(conn, [one.item_id for one in applied])
        disputed = bool(disputed_documents(conn, [document_id]))
        being_paid = any(one.coming for one in checkouts.open_for(conn, [document_id]))
    balance = item.balance if item else 0
    debit, facts = Kind(row.kind).is_debit, load_facts(row.facts)
    return DocumentDetail(
        id=document_id,
        issuer_id=row.issuer_id,
        customer_id=row.customer_id,
        facts=facts,
        state=row.state,
        validation=load_validation(row.validation) if row.validation else None,
        on=today(portal.clock, row.timezone),
        outstanding=balance if debit else 0,
        available=0 if debit else balance,
        reserved=not debit and balance > 0 and any(one.waiting for one in names),
        applied=tuple(applied),
        names=tuple(_as_printed(facts, one) for one in names),
        named_by=tuple(named_by),
        reported=reported,
        claimed=claimed,
        files=tuple(files),
        vouchers=issued,
        being_paid=being_paid,
        disputed=disputed,
        opened_at=row.opened_at,
    )


def _as_printed(facts: Facts, one: Neighbour) -> Neighbour:
    """What has not come is known by a folded number; people know the one that this document prints."""
    printed = {fold_number(named.number): named.number for named in facts.references if named.number}
    return one if one.document_id else replace(one, number=printed.get(one.number, one.number))


def everywhere(portal: Portal) -> Today:
    """Today, issuer by issuer."""
    with portal.ledger.read() as conn:
        return today_everywhere(portal.clock, parties.zones(conn))


def zone_of(portal: Portal, issuer_ids: Set[int]) -> str:
    """The time zone that these issuers share; the portal's own where they don't, or there are none."""
    with portal.ledger.read() as conn:
        chosen = parties.zones(conn)
    found = {chosen.get(issuer_id, BOGOTA) for issuer_id in issuer_ids}
    return found.pop() if len(found) == 1 else BOGOTA


def now_here(portal: Portal) -> date:
    """Today, where the portal's issuers are."""
    return today(portal.clock, BOGOTA)
