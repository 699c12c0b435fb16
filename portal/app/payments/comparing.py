"""A day of an account, at its provider and in the ledger: each transaction laid beside its other side.

What the provider holds and the ledger does not goes through the one place that credits; then both are looked at again.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

from portal.app.payments.accounts import opened, provider_named
from portal.app.payments.asking import answer_to, ask_about, begin_look, record
from portal.app.payments.crediting import take_stray
from portal.app.portal import Portal
from portal.domain.checkouts import is_reference
from portal.domain.comparing import Compared, Difference, Finding, Here, find, span
from portal.domain.crediting import Trouble
from portal.domain.payments import Account, ProviderDown, ProviderRefused, Question, Standing, Transaction
from portal.errors import Refused
from portal.ledger import checkouts, comparisons, payments
from portal.ledger.checkouts import Checkout
from portal.ledger.parties import issuer_by_id
from portal.ledger.payment_accounts import AccountRow
from portal.text import Text

TOO_EARLY = Text("el proveedor todavía no deja preguntar por todos los pagos")
SILENT = Text("el proveedor no responde ({reason})")
NOT_OVER = Text("el día todavía no termina")
UNCLEAR = Text("el proveedor no dice cómo quedó un pago")


def compare_day(portal: Portal, row: AccountRow, day: date, person: str) -> Compared:
    """What of a day differs. Nothing that was not compared is ever called equal: `trouble` says why it was not.

    The provider's list of that day, where it has one, is compared whole; where it has none, each checkout of the day is
    asked about by its reference, within the provider's limits.
    """
    return _Day(portal, row, day, person).compare()


class _Day:
    """One account and day while its transactions are looked at one by one."""

    def __init__(self, portal: Portal, row: AccountRow, day: date, person: str) -> None:
        self.portal, self.row, self.day, self.person = portal, row, day, person
        with portal.ledger.read() as conn:
            self.zone = ZoneInfo(issuer_by_id(conn, row.issuer_id).timezone)
            self.recorded = dict(comparisons.paid_on(conn, row.id, day))
        self.span = span(day, self.zone)
        self.sums: Counter[str] = Counter()
        self.differences: dict[str, Difference] = {}
        self.paid: set[str] = set()
        self.looked: set[str] = set()
        self.elsewhere = 0
        self.trouble = NOT_OVER if portal.clock.now() < self.span[1] else None

    def compare(self) -> Compared:
        try:
            self._lay_out()
        except ProviderDown as down:
            self.trouble = SILENT.filled(reason=down.reason)
        except (ProviderRefused, Refused) as refused:
            self.trouble = refused.text
        found = tuple(self.differences.values())
        return Compared(self.day, len(self.paid), dict(self.sums), self.elsewhere, found, self.trouble)

    def _lay_out(self) -> None:
        account = opened(self.portal, self.row)
        listed = provider_named(self.portal, self.row.provider).listed(account, *self.span)
        for told in listed or ():
            self._take_listed(told)
        unlisted = {one: checkout_id for one, checkout_id in self.recorded.items() if one not in self.looked}
        with self.portal.ledger.read() as conn:
            of_day = comparisons.checkouts_to_ask(conn, self.row.id, self.day, self.span)
        for checkout_id in of_day:
            if (listed is None or checkout_id in unlisted.values()) and not self._ask(checkout_id):
                return
        for transaction_id, paid_for in unlisted.items():
            if paid_for is None:
                self._ask_by_id(account, transaction_id)

    def _take_listed(self, told: Transaction) -> None:
        """One line of the provider's list: of a checkout here, of nothing that is known, or not the portal's at all."""
        if not told.paid:
            return
        with self.portal.ledger.read() as conn:
            owner = checkouts.of_issuer(conn, self.row.issuer_id, told.reference)
        account_id = owner.account_id if owner else self.row.id
        before = self._here(account_id, told.id)
        if owner is None and before is None and not is_reference(told.reference):
            self.elsewhere += 1
            return
        if finding := self._count(before, told):
            after = self._put_right(owner, told) if finding is not Finding.UNDECIDED else before
            stray = finding is Finding.MISSING and owner is None
            self._differ(Finding.STRAY if stray else finding, told.reference, before, told, after)

    def _put_right(self, owner: Checkout | None, told: Transaction) -> Here | None:
        """Have it recorded as any answer is, and look again."""
        if owner is not None:
            if ask_about(self.portal, owner.id, told.id) is None:
                self.trouble = self.trouble or TOO_EARLY
            return self._here(owner.account_id, told.id)
        with self.portal.ledger.write(self.person) as unit:
            take_stray(unit, self.row, told, self.zone)
            unit.commit()
        return self._here(self.row.id, told.id)

    def _ask(self, checkout_id: int) -> bool:
        """Ask about a checkout and compare all of its transactions; False when the provider does not answer."""
        look = begin_look(self.portal, checkout_id)
        if look is None:
            self.trouble = self.trouble or TOO_EARLY
            return True
        answer = answer_to(self.portal, look)
        with self.portal.ledger.read() as conn:
            checkout = checkouts.find_checkout(conn, checkout_id)
            facts = payments.of_checkout(conn, checkout_id)
        if answer is None or checkout is None:
            self.trouble = SILENT.filled(reason=checkout.trouble if checkout else "")
            return False
        known = {fact.transaction_id for fact in facts}
        told = {one.id: one for one in answer if one.reference == checkout.reference or one.id in known}
        before = {one: self._here(self.row.id, one) for one in told.keys() | known}
        record(self.portal, look, answer)
        for transaction_id, here in before.items():
            self._compare(checkout, transaction_id, here, told.get(transaction_id))
        return True

    def _compare(self, checkout: Checkout, transaction_id: str, here: Here | None, there: Transaction | None) -> None:
        if finding := self._count(here, there, transaction_id):
            after = self._here(self.row.id, transaction_id)
            self._differ(finding, checkout.reference, here, there, after, transaction_id)

    def _ask_by_id(self, account: Account, transaction_id: str) -> None:
        """A payment that belongs to no checkout."""
        company = provider_named(self.portal, self.row.provider)
        answer = company.transactions(account, Question("", None, (transaction_id,)))
        there = next((one for one in answer if one.id == transaction_id), None)
        here = self._here(self.row.id, transaction_id)
        if finding := self._count(here, there, transaction_id):
            self._differ(finding, there.reference if there else "", here, there, here, transaction_id)

    def _here(self, account_id: int, transaction_id: str) -> Here | None:
        with self.portal.ledger.read() as conn:
            facts = payments.facts_of(conn, account_id, transaction_id)
        if not facts:
            return None
        first = facts[0]
        waits = any(
            one.trouble is not None
            and one.settled_at is None
            and (one.trouble.apart or one.trouble is Trouble.OVERDRAWN)
            for one in facts
        )
        return Here(first.id, first.amount, first.currency, facts[-1].returned, waits)

    def _count(self, here: Here | None, there: Transaction | None, transaction_id: str = "") -> Finding | None:
        """Say that a transaction was compared, and how its sides differ."""
        told = there.id if there else transaction_id
        self.looked.add(told)
        if there is not None and here is not None and there.standing is Standing.UNKNOWN:
            self.trouble = self.trouble or UNCLEAR
            return None
        if told in self.recorded or (there is not None and there.paid and self._of_day(there)):
            self.paid.add(told)
            if there is not None and there.paid:
                self.sums[there.currency] += there.amount - there.returned
        return find(here, there)

    def _of_day(self, told: Transaction) -> bool:
        return told.at is None or self.span[0] <= told.at < self.span[1]

    def _differ(
        self, finding: Finding, reference: str, here: Here | None, there: Transaction | None, after: Here | None,
        transaction_id: str = "",
    ) -> None:  # fmt: skip
        told = there.id if there else transaction_id
        one, other = there or after, after or here
        self.differences[told] = Difference(
            finding=finding,
            transaction=told,
            reference=reference,
            currency=one.currency if one else "",
            there=there.amount if there and there.paid else None,
            here=here.amount if here else None,
            there_returned=there.returned if there and there.paid else 0,
            here_returned=here.returned if here else 0,
            standing=there.standing if there else None,
            payment_id=other.payment_id if other else None,
            undecided=other is not None and other.undecided,
            recorded=find(after, there) in (None, Finding.UNDECIDED) and finding is not Finding.UNDECIDED,
        )
