"""«Pagar todo»: what may be paid of all that somebody sees, or of what a filter leaves; its sums, and its basket."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.app.payments.quoting import MOST, fill_basket
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Actor, Right, Scope
from portal.domain.documents import Kind
from portal.errors import Refused
from portal.text import Text
from portal.views import pages
from portal.views.filters import DocumentFilter, Settled, SortKey
from portal.views.pages import CurrencyTotal, Page

_DEBITS = (Kind.INVOICE, Kind.DEBIT_NOTE)
_OPEN = (Settled.OPEN, Settled.PART)
_ALL = DocumentFilter()


@dataclass(frozen=True, slots=True)
class ToPay:
    """Sums by currency, in minor units; only currencies with something to pay. `too_many` for one basket."""

    overdue: tuple[tuple[str, int], ...] = ()
    outstanding: tuple[tuple[str, int], ...] = ()
    too_many: bool = False


def sums_to_pay(portal: Portal, actor: Actor, filter: DocumentFilter = _ALL, seen: Page | None = None) -> ToPay:
    """What «Pagar todo» would ask for. `seen`: the list with this filter, whose totals are asked for no second time.

    Nothing for who may pay for everybody: that would be the debts of strangers to each other.
    """
    scope, wanted = _scope(actor), _payable(filter)
    if scope.empty or wanted is None:
        return ToPay()
    if seen is not None and seen.total <= MOST and scope == actor.scope(Right.SEE):
        return _sums(seen.totals, False)
    found = pages.page(portal.views, scope, wanted, SortKey.DUE_DATE, False, 0, 0, everywhere(portal))
    return _sums(found.totals, found.total > MOST)


def fill_with_all(portal: Portal, actor: Actor, overdue: bool, filter: DocumentFilter = _ALL) -> int:
    """A basket of all that is overdue, or of all that is outstanding: the oldest first, at most `MOST` documents.

    Raises Refused when there is nothing to pay.
    """
    scope, wanted = _scope(actor), _payable(filter)
    if wanted is None or (overdue and wanted.overdue is False):
        raise _nothing()
    if overdue:
        wanted = replace(wanted, overdue=True)
    found = pages.page(portal.views, scope, wanted, SortKey.DUE_DATE, False, MOST, 0, everywhere(portal))
    if not found.rows:
        raise _nothing()
    return fill_basket(portal, actor, [row.id for row in found.rows])


def _scope(actor: Actor) -> Scope:
    scope = actor.scope(Right.PAY)
    return Scope() if scope.everything else scope


def _payable(filter: DocumentFilter) -> DocumentFilter | None:
    """What of a filter's documents can be paid; None: nothing."""
    kinds = tuple(one for one in _DEBITS if one in (filter.kinds or _DEBITS))
    settled = tuple(one for one in _OPEN if one in (filter.settlements or _OPEN))
    return replace(filter, kinds=kinds, settlements=settled) if kinds and settled else None


def _sums(totals: tuple[CurrencyTotal, ...], too_many: bool) -> ToPay:
    overdue = ((one.currency, one.overdue - one.claimed_late) for one in totals)
    outstanding = ((one.currency, one.outstanding - one.claimed) for one in totals)
    return ToPay(tuple(one for one in overdue if one[1]), tuple(one for one in outstanding if one[1]), too_many)


def _nothing() -> Refused:
    return Refused(Text("No hay nada por pagar."))
