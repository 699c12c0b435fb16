"""What the desk shows before anything is posted: an account's open documents, its credits, what stands against what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.app.book.desk import Whose, check_owner, reasons_against, whose_of
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.documents import Kind
from portal.errors import NotFound
from portal.ledger import acts
from portal.ledger.acts import NamedAct
from portal.ledger.applications import Application, Credit, applications_of, credits_with
from portal.ledger.parties import Account, customer_by_id, issuer_by_id
from portal.ledger.payables import Payable, payables
from portal.text import Text
from portal.views import pages, statements
from portal.views.filters import DocumentFilter, Settled, SortKey

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OpenBook:
    """An account as whoever books sees it. `against`: by document, why it may not be booked now. `total`: of how many
    open documents `lines` are the oldest.
    """

    whose: Whose
    email: str
    today: date
    lines: Sequence[Payable]
    against: Mapping[int, Text]
    total: int
    credits: Sequence[Credit]

    @property
    def free(self) -> int:
        """What is in its favour and can be used now."""
        return sum(one.free for one in self.credits)


def currencies_of(portal: Portal, actor: Actor, issuer_id: int, customer_id: int) -> tuple[str, ...]:
    """In which currencies the customer has an account."""
    return statements.statement_currencies(portal.views, actor.scope(Right.BOOK), issuer_id, customer_id)


def read_book(portal: Portal, actor: Actor, whose: Whose, document_id: int | None = None) -> OpenBook:
    """The account now; `document_id`: that document is shown, however many are older. Raises NotFound."""
    narrowed = DocumentFilter(
        currencies=(whose.currency,), kinds=(Kind.INVOICE, Kind.DEBIT_NOTE), customers=(whose.customer_id,),
        settlements=(Settled.OPEN, Settled.PART, Settled.REVIEW),
    )  # fmt: skip
    scope = actor.scope(Right.BOOK)
    found = pages.page(
        portal.views, scope, narrowed, SortKey.DUE_DATE, False, MOST_SHOWN, 0, everywhere(portal)
    )  # fmt: skip
    ids = [row.id for row in found.rows]
    with portal.ledger.read() as conn:
        check_owner(conn, actor, whose)
        shown = payables(conn, [*ids, *([document_id] if document_id is not None else [])])
        lines = [one for one in shown if whose_of(one) == whose and one.outstanding]
        return OpenBook(
            whose,
            customer_by_id(conn, whose.customer_id).email or "",
            today(portal.clock, issuer_by_id(conn, whose.issuer_id).timezone),
            sorted(lines, key=lambda one: (one.payable_on, one.document_id)),
            reasons_against(conn, lines, portal.clock.now()),
            max(found.total, len(lines)),
            credits_with(conn, whose.customer_id, whose.currency),
        )


def account_of_document(portal: Portal, actor: Actor, document_id: int) -> tuple[Whose, Account]:
    """Whose document it is, for who books there: the account, and its customer's name. Raises NotFound."""
    with portal.ledger.read() as conn:
        found = payables(conn, [document_id])
        if not found:
            raise NotFound()
        one = found[0]
        check_owner(conn, actor, whose_of(one))
        tax_id = customer_by_id(conn, one.customer_id).tax_id
        return whose_of(one), Account(one.issuer_id, one.customer_id, one.issuer_name, one.customer_name, tax_id)


def read_applications(
    portal: Portal, actor: Actor, whose: Whose, limit: int, offset: int = 0, document_id: int | None = None
) -> list[Application]:
    """What stands of the account's credits against its documents, what was applied last first. Raises NotFound."""
    with portal.ledger.read() as conn:
        check_owner(conn, actor, whose)
        return applications_of(conn, whose.customer_id, whose.currency, limit, offset, document_id)


def read_acts(
    portal: Portal, actor: Actor, limit: int, offset: int = 0, customer_id: int | None = None
) -> list[NamedAct]:
    """What was posted by hand where the actor books, the newest first; of one customer, if told."""
    with portal.ledger.read() as conn:
        return acts.acts_in(conn, actor.scope(Right.BOOK), limit, offset, customer_id)
