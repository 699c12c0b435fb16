"""Random (who, what, where) probes of the use cases: each answer is compared with the oracle, and grepped for markers.

A probe asks as some visitor, narrowed to some account or not, for something that may be its own, somebody else's, or
nothing at all. What is refused must be refused in the words for what does not exist.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from portal.app import (
    access_requests,
    desks,
    exports,
    issuer_settings,
    jobs,
    joining,
    links,
    people,
    reading,
    taking_back,
)
from portal.app.accounts.invitations import invite, open_invitations
from portal.app.accounts.leaving import disable_user
from portal.app.accounts.my_data import take_my_data
from portal.app.attachments import attachment_file
from portal.app.auditing import read_audit
from portal.app.book import reading as book_reading
from portal.app.book.applying import apply_credit
from portal.app.book.desk import Whose, Wish
from portal.app.book.lowering import write_off
from portal.app.book.paying import money_known, register_payment
from portal.app.book.undoing import undo_act
from portal.app.export_keeping import remove_export
from portal.app.export_requests import DocumentsRequest, Format, GroupsRequest, StatementRequest
from portal.app.files import FileAnswer, document_pdf, document_xml
from portal.app.importing import asking, register
from portal.app.incoming import quarantine, signing
from portal.app.issuers import list_issuers
from portal.app.link_mails import mail_link
from portal.app.mail_lists import list_mails
from portal.app.payments import (
    accounts,
    daily,
    deciding,
    inspecting,
    listing,
    probing,
    reporting,
    rules,
    settling,
    withheld_certificates,
    withheld_deciding,
    withheld_policy,
    withheld_stating,
)
from portal.app.payments.progress import read_progress
from portal.app.payments.quoting import bills_of, fill_basket
from portal.app.payments.returning import come_back
from portal.app.payments.sweeping import fill_with_all, sums_to_pay
from portal.app.payments.vouchers import read_voucher, voucher_pdf
from portal.app.reminders.planning import preview
from portal.app.reminders.rules import read_rules, save_rules
from portal.app.reminders.sent import list_sent
from portal.app.sessions import session_actor
from portal.app.shop import QrFormat, shop_qr
from portal.app.statements.addressee import addressee_of
from portal.app.statements.files import download_issued
from portal.app.statements.issuing import Wish as StatementWish
from portal.app.statements.mailing import mail_statement
from portal.app.statements.monthly import list_mailed, preview_month, read_monthly, save_monthly
from portal.app.statements.register import list_issued, read_later
from portal.app.threads import reading as threads
from portal.app.threads import writing as threads_writing
from portal.app.trends import aged_over_time, currencies_of, late_payers, received_over_time
from portal.app.viewing import find_customers, narrow, viewing
from portal.domain.access import Actor, Right
from portal.domain.acts import Money
from portal.domain.checkouts import Rules
from portal.domain.collected import Wanted
from portal.domain.issued import StatementFormat
from portal.domain.monthly import MonthlyRules
from portal.domain.reminders import Rules as ReminderRules
from portal.domain.roles import Role
from portal.domain.threads import ThreadState
from portal.domain.transfers import ReportState
from portal.domain.trends import Books
from portal.domain.withholdings import Policy, Rate, Stand, Withheld
from portal.errors import NotFound, Refused
from portal.i18n import translator
from portal.ledger.audit import Where
from portal.render.labels import Labels
from portal.views.filters import DocumentFilter, SortKey
from portal.views.groups import Grouping, Measure
from tests.isolation import oracle
from tests.isolation.oracle import Document
from tests.isolation.tills import Owned
from tests.isolation.world import MISSING, Tenant, Visitor, World

T = TypeVar("T")
HERE = Where("203.0.113.3", "probe")
SPANISH = Labels(translator("es"), "es")
MARKER = re.compile(rb"M[CIU][0-9]{3}X", re.IGNORECASE)
NO = "no"  # what a refusal answers
Narrow = tuple[int, int | None] | None


class Leak(AssertionError):
    """Somebody was shown, or could do, what is not theirs; or was refused what is."""


@dataclass
class Asked:
    """One probe: who asks, from which narrowed view, and the dice for what."""

    world: World
    random: Random
    visitor: Visitor
    narrow: Narrow
    actor: Actor

    def may(self, right: Right, issuer: int, customer: int | None = None) -> bool:
        return bool(self.world.oracle.may(self.visitor.who, str(right), issuer, customer, self.narrow))

    def customer(self) -> Tenant:
        return near(self.world, self.random, self.visitor)

    def issuer(self) -> Tenant:
        its = self.customer().issuer
        return next(one for one in self.world.issuers if one.id == its)

    def pair(self) -> tuple[int, int]:
        """An issuer and a customer, which belong together half of the time."""
        customer = self.customer()
        return (customer.issuer if self.random.random() < 0.5 else self.issuer().id), customer.id

    def document(self) -> Document | None:
        """One that is there, or none."""
        its = self.customer().id
        here = [one for one in self.world.documents if one.customer == its]
        return self.random.choice(here) if self.random.random() < 0.9 else None

    def seen(self, right: Right = Right.SEE) -> list[Document]:
        """The documents that the oracle lets the visitor read."""
        shown = [one for one in self.world.documents if one.state != "withdrawn"]
        return [one for one in shown if self.may(right, one.issuer, one.customer)]

    def customers(self, right: Right) -> set[int]:
        return {one.id for one in self.world.customers if self.may(right, one.issuer, one.id)}

    def issuers(self, right: Right) -> set[int]:
        return {one.id for one in self.world.issuers if self.may(right, one.id)}

    def allowed(self, may: bool, do: Callable[..., T], *values: Any) -> T | None:
        """What `do` answers where it may; else None, once it was refused as what does not exist is."""
        try:
            answer = do(self.world.portal, self.actor, *values)
        except NotFound as refused:
            _same("the words of a refusal", str(refused), str(NotFound()))
            _same(f"{do.__name__}{values}", "refused", "answered" if may else "refused")
            return None
        except Refused:  # it says why not: that it is there
            if may:
                raise
            raise Leak(f"{do.__name__}{values}: told apart from what does not exist") from None
        _same(f"{do.__name__}{values}", "answered", "answered" if may else "refused")
        return answer


Probe = Callable[[Asked], object]


def _same(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise Leak(f"{what}: {found!r}, and the oracle says {wanted!r}")


def a_document(asked: Asked) -> object:
    chosen = asked.document()
    may = chosen is not None and chosen in asked.seen()
    return asked.allowed(may, reading.read_document, chosen.id if chosen else MISSING)


def a_file(asked: Asked) -> object:
    chosen, file = asked.document(), asked.random.choice((document_pdf, document_xml))
    may = chosen is not None and chosen in asked.seen(Right.DOWNLOAD)
    answer = asked.allowed(may, file, chosen.id if chosen else MISSING, SPANISH)
    return answer and (answer.name, answer.data)


def the_list(asked: Asked) -> object:
    """Filters that name what may be somebody else's; rows, count and totals are those of the oracle."""
    customer, other = asked.customer(), asked.issuer()
    filters = (
        (DocumentFilter(), lambda one: True),
        (DocumentFilter(search=customer.marker), lambda one: one.customer == customer.id),
        (DocumentFilter(customers=(customer.id,)), lambda one: one.customer == customer.id),
        (DocumentFilter(issuers=(other.id,)), lambda one: one.issuer == other.id),
        (DocumentFilter(issuers=(other.id,), customers=(customer.id,)),
         lambda one: (one.issuer, one.customer) == (other.id, customer.id)),
    )  # fmt: skip
    filter, wanted = asked.random.choice(filters)
    sort, down = asked.random.choice(list(SortKey)), asked.random.random() < 0.5
    page = reading.list_documents(asked.world.portal, asked.actor, filter, sort, down, 200, 0)
    ids = {one.id for one in asked.seen() if wanted(one)}
    _same(f"rows of {filter}", {row.id for row in page.rows}, ids)
    _same("the count", (page.total, sum(one.count for one in page.totals)), (len(ids), len(ids)))
    return page


def the_facets(asked: Asked) -> object:
    facets = reading.what_to_filter_by(asked.world.portal, asked.actor)
    _same("the issuers to filter by", {one for one, _ in facets.issuers}, {one.issuer for one in asked.seen()})
    return facets


def the_summary(asked: Asked) -> object:
    summary = reading.summarise(asked.world.portal, asked.actor)
    mine = {one.id for one in asked.seen()}
    _same("documents of others", {row.id for row in (*summary.latest, *summary.due_next)} - mine, set())
    _same("how many are told", len(summary.latest), min(5, len(mine)))
    _same(
        "issuers that are owed", {one.issuer_id for one in summary.owed} - {one.issuer for one in asked.seen()}, set()
    )
    return summary


def a_statement(asked: Asked) -> object:
    issuer, customer = asked.pair()
    has = any((one.issuer, one.customer) == (issuer, customer) for one in asked.world.documents)  # annulled ones too
    currency = asked.random.choice(("COP", "USD"))
    period = (date(2026, 1, 1), date(2026, 12, 31))
    try:
        told = reading.read_statement(asked.world.portal, asked.actor, issuer, customer, currency, *period)
    except NotFound as refused:
        _same("the words of a refusal", str(refused), str(NotFound()))
        return NO
    _same(f"the statement of {customer} at {issuer}", True, has and asked.may(Right.SEE, issuer, customer))
    return told


def its_currencies(asked: Asked) -> object:
    issuer, customer = asked.pair()
    try:
        told = reading.statement_currencies(asked.world.portal, asked.actor, issuer, customer)
    except NotFound:
        return NO
    _same("currencies of an account", bool(told) and not asked.may(Right.SEE, issuer, customer), False)
    return told


def the_accounts(asked: Asked) -> object:
    told = viewing(asked.world.portal, asked.actor)
    named = {one.customer_id for one in told.accounts if one.customer_id is not None}
    _same("accounts of others", named - asked.customers(Right.SEE), set())
    whole = {one.issuer_id for one in told.accounts if one.customer_id is None}
    _same("issuers of others", whole - asked.issuers(Right.SEE), set())
    return told


def the_customers(asked: Asked) -> object:
    """The choice of an account, of a customer for a link, a request, a person."""
    wanted = asked.customer()
    text, kept = asked.random.choice((("", lambda one: True), (wanted.marker, lambda one: one == wanted.id)))
    right = asked.random.choice((Right.SEE, Right.LINKS, Right.MANAGE, Right.APPROVE))
    if right is Right.SEE:
        told = find_customers(asked.world.portal, asked.actor, text, 200)
    else:
        told = desks.customers_with(asked.world.portal, asked.actor, right, text, 200)
    _same(f"customers by {right}", {one.customer_id for one in told}, set(filter(kept, asked.customers(right))))
    return told


def the_desks(asked: Asked) -> object:
    right = asked.random.choice((Right.LINKS, Right.APPROVE, Right.STAFF, Right.SETTINGS, Right.AUDIT))
    told = desks.desks(asked.world.portal, asked.actor, right)
    _same(f"desks by {right}", {one.issuer_id for one in told}, asked.issuers(right))
    return told


def the_links(asked: Asked) -> object:
    customer = asked.customer()
    text, kept = asked.random.choice((("", lambda one: True), (customer.marker, lambda one: one == customer.id)))
    shown = links.list_links(asked.world.portal, asked.actor, text)
    told = asked.world.oracle.links.values()
    mine = {one.id for one in told if kept(one.customer) and asked.may(Right.LINKS, one.issuer, one.customer)}
    _same("the register of links", {one.link.id for one in shown}, mine)
    _same("how many links", links.count_links(asked.world.portal, asked.actor, text), len(mine))
    return shown


def a_link(asked: Asked) -> object:
    chosen = asked.random.choice([*asked.world.links, MISSING])
    link = asked.world.oracle.links.get(chosen)
    may = link is not None and asked.may(Right.LINKS, link.issuer, link.customer)
    if not may:
        asked.allowed(False, links.revoke_link, chosen)
        asked.allowed(False, links.rotate_link, chosen)
        asked.allowed(False, mail_link, chosen, "x@correo.example", "", "es")
    return asked.allowed(may, desks.open_link_page, chosen)


def a_new_link(asked: Asked) -> object:
    customer = asked.customer()
    if not asked.may(Right.LINKS, customer.issuer, customer.id):
        asked.allowed(False, links.create_link, customer.id)
    return NO


def the_audit(asked: Asked) -> object:
    page = read_audit(asked.world.portal, asked.actor, (), 60, asked.random.randint(0, 60))
    if not asked.world.oracle.rules(asked.visitor.who):
        told = [(row.entry.issuer_id or 0, row.entry.customer_id) for row in page.rows]
        _same("acts at others", [one for one in told if not asked.may(Right.AUDIT, *one)], [])
    return page


def the_mails(asked: Asked) -> object:
    told = list_mails(asked.world.portal, asked.actor, 50)
    if not asked.world.oracle.rules(asked.visitor.who):
        _same("mails of others", {one.issuer_id for one in told} - asked.issuers(Right.AUDIT), set())
    return told


def the_requests(asked: Asked) -> object:
    told = access_requests.waiting_requests(asked.world.portal, asked.actor)
    _same("requests at others", {one.issuer_id for one in told} - asked.issuers(Right.APPROVE), set())
    mine, chosen = {one.id for one in told}, asked.random.choice([*asked.world.requests, MISSING])
    if chosen not in mine:
        asked.allowed(False, access_requests.approve_request, chosen)
        asked.allowed(False, access_requests.refuse_request, chosen)
    return told


def the_joined(asked: Asked) -> object:
    return desks.to_confirm(asked.world.portal, asked.actor, 100)


def the_people(asked: Asked) -> object:
    customer = asked.customer()
    at_desk = any(asked.may(right, customer.issuer) for right in (Right.LINKS, Right.APPROVE))
    may = at_desk or asked.may(Right.MANAGE, customer.issuer, customer.id)
    return asked.allowed(may, people.people_of_customer, customer.id)


def the_staff(asked: Asked) -> object:
    issuer = asked.issuer()
    return asked.allowed(asked.may(Right.STAFF, issuer.id), people.staff_of_issuer, issuer.id)


def a_grant(asked: Asked) -> object:
    """Other rights, the end, the issuer's word: tried where the oracle says that it is not the visitor's."""
    chosen = asked.random.choice(asked.world.grants)
    with asked.world.portal.ledger.read() as conn:
        held = people.grants.grant_by_id(conn, chosen)
    assert held is not None
    staff = asked.may(Right.STAFF, held.issuer_id) if held.customer_id is None else False
    rights = (Right.APPROVE, Right.MANAGE)
    its = held.customer_id is not None and any(asked.may(r, held.issuer_id, held.customer_id) for r in rights)
    mine = asked.visitor.person and held.user_id == asked.visitor.who.id
    if not (staff or its):
        asked.allowed(False, people.set_rights, chosen, [Right.SEE])
        asked.allowed(False, joining.confirm_grant, chosen)
        if not mine:
            asked.allowed(False, people.end_grant, chosen)
    return NO


def my_sight(asked: Asked) -> object:
    return people.what_i_see(asked.world.portal, asked.actor)


def an_invitation(asked: Asked) -> object:
    customer = asked.customer()
    if not any(asked.may(r, customer.issuer, customer.id) for r in (Right.LINKS, Right.APPROVE, Right.MANAGE)):
        there = (customer.issuer, customer.id, Role.CUSTOMER, (Right.SEE,), "es")
        asked.allowed(False, invite, "x@correo.example", *there)
    if not asked.may(Right.STAFF, customer.issuer):
        asked.allowed(False, invite, "x@correo.example", customer.issuer, None, Role.READER, (), "es")
    return open_invitations(asked.world.portal, asked.actor)


def the_settings(asked: Asked) -> object:
    issuer = asked.issuer()
    may = asked.may(Right.SETTINGS, issuer.id)
    if not may:
        asked.allowed(False, _change_settings, issuer.id)
    return asked.allowed(may, issuer_settings.read_settings, issuer.id)


def _change_settings(portal: Any, actor: Actor, issuer_id: int) -> object:
    return issuer_settings.set_settings(portal, actor, issuer_id, auto_requests=True)


def the_qr(asked: Asked) -> object:
    issuer = asked.issuer()
    format = asked.random.choice((QrFormat.SVG, QrFormat.PNG))
    return asked.allowed(asked.may(Right.LINKS, issuer.id), shop_qr, issuer.id, format)


def the_payments(asked: Asked) -> object:
    """The list, what waits in it, an issuer's file, and what its providers were found to hold."""
    customer = asked.customer()
    wanted, kept = asked.random.choice(
        ((Wanted(), lambda _: True), (Wanted(search=customer.marker), lambda one: one.customer == customer.id))
    )
    mine = [one for one in asked.world.payments if asked.may(Right.EXPORT, one.issuer, one.customer)]
    page = listing.list_payments(asked.world.portal, asked.actor, wanted, 200)
    _same("the payments", {row.id for row in page.rows}, {one.id for one in mine if kept(one)})
    _same("how many payments", page.total, len(page.rows))
    waiting = listing.waiting_payments(asked.world.portal, asked.actor, 200)
    _same("what waits", {row.id for row in waiting}, {one.id for one in mine if one.waits})
    issuer = asked.issuer()
    file = asked.allowed(asked.may(Right.EXPORT, issuer.id), listing.payments_file, issuer.id, Wanted(), SPANISH)
    if not asked.may(Right.BOOK, issuer.id):
        asked.allowed(False, daily.compare_by_hand, issuer.id)
    compared = asked.allowed(asked.may(Right.EXPORT, issuer.id), daily.read_comparisons, issuer.id)
    return [page, waiting, file and opened(file), compared]


def the_trends(asked: Asked) -> object:
    """Books over time, an issuer's or one customer's."""
    customer = asked.customer()
    issuer, one = customer.issuer, asked.random.choice((None, customer.id))
    may = asked.may(Right.EXPORT, issuer, one)
    days = Books(issuer, one, "COP"), date(2026, 1, 1), date(2026, 6, 30)
    told = [asked.allowed(may, ask, *days) for ask in (aged_over_time, received_over_time, late_payers)]
    return [asked.allowed(may, currencies_of, issuer, one), *told]


def a_payment(asked: Asked) -> object:
    """Opened; and decided about where the oracle says that it is not the visitor's to decide."""
    chosen = asked.random.choice([*asked.world.payments, oracle.Payment(MISSING, 0, 0, False)])
    if not asked.may(Right.BOOK, chosen.issuer):
        asked.allowed(False, settling.acknowledge, chosen.id, "x")
        asked.allowed(False, settling.leave_out, chosen.id, "x")
        asked.allowed(False, settling.credit_to, chosen.id, asked.customer().id)
    inspecting.strange_notices(asked.world.portal, asked.actor)
    return asked.allowed(asked.may(Right.EXPORT, chosen.issuer, chosen.customer), inspecting.open_payment, chosen.id)


def the_methods(asked: Asked) -> object:
    issuer = asked.issuer()
    may, account = asked.may(Right.SETTINGS, issuer.id), asked.world.accounts[issuer.id]
    if not may:
        for act in (accounts.remove_account, probing.ask_probe, probing.probe_account):
            asked.allowed(False, act, account)
        asked.allowed(False, accounts.switch_account, account, False)
        asked.allowed(False, accounts.set_account, issuer.id, "sandbox", {"secret": "otro-secreto"})
        asked.allowed(False, rules.decide_rules, issuer.id, "COP", Rules())
    asked.allowed(may, rules.read_offers, issuer.id)
    asked.allowed(may, accounts.list_accounts, issuer.id)
    return asked.allowed(may, accounts.show_account, account)


def the_imports(asked: Asked) -> object:
    """The register and what was withdrawn; taking back and asking where the oracle says that it is not theirs."""
    issuer, chosen = asked.issuer(), asked.document()
    may = asked.may(Right.IMPORT, issuer.id)
    if not may:
        asked.allowed(False, asking.ask_import, issuer.id, [("a.csv", b"x")])
    if chosen is not None and not asked.may(Right.IMPORT, chosen.issuer):
        for act in (taking_back.withdraw_document, taking_back.annul_document):
            asked.allowed(False, act, chosen.id, "x")
        asked.allowed(False, taking_back.restore_document, chosen.id)
    for act in (register.open_import, register.watch_import):
        asked.allowed(False, act, MISSING)
    for act in (quarantine.accept_letter, quarantine.discard_letter):
        asked.allowed(False, act, MISSING, issuer.id)
    asked.allowed(may, quarantine.list_quarantine, issuer.id, 10)
    for read in (quarantine.read_senders, signing.read_signing):
        asked.allowed(asked.may(Right.SETTINGS, issuer.id), read, issuer.id)
    if not asked.may(Right.SETTINGS, issuer.id):
        asked.allowed(False, signing.set_signing, issuer.id, False, [])
    gone = asked.allowed(may, taking_back.list_withdrawn, issuer.id, 100)
    return [asked.allowed(may, register.list_imports, issuer.id, 10), gone]


def my_data(asked: Asked) -> object:
    return take_my_data(asked.world.portal, asked.visitor.who.id, HERE) if asked.visitor.person else NO


def the_machinery(asked: Asked) -> object:
    """What operators alone may."""
    rules = bool(asked.world.oracle.rules(asked.visitor.who))
    asked.allowed(rules, jobs.dead_letters)
    if not rules:
        asked.allowed(False, disable_user, next(iter(asked.world.people)))
        asked.allowed(False, jobs.retry_dead_letter, MISSING)
    return asked.allowed(rules, list_issuers)


def a_new_export(asked: Asked) -> object:
    """A list or a statement is asked for, made by its job, and fetched: it holds what the visitor may download."""
    if asked.random.random() < 0.5:
        issuer, customer = asked.pair()
        wanted: Any = StatementRequest(Format.CSV, issuer, customer, "COP", date(2026, 1, 1), date(2026, 12, 31))
        may = asked.may(Right.DOWNLOAD, issuer, customer)
        if asked.world.oracle.customers[customer] != issuer:
            return _empty(asked, wanted)
    else:
        format, by = asked.random.choice((Format.CSV, Format.XLSX)), Grouping.CUSTOMER
        wanted = asked.random.choice((DocumentsRequest(format), GroupsRequest(format, by, Measure.COUNT, "COP")))
        may = bool(asked.customers(Right.DOWNLOAD))
    export_id = asked.allowed(may, exports.request_export, wanted)
    if export_id is None:
        return NO
    jobs.run_job(asked.world.portal, export_id)
    asked.world.exports.append((export_id, asked.visitor, str(wanted.format)))
    if exports.export_state(asked.world.portal, asked.actor, export_id).state is exports.State.FAILED:
        return NO
    file = exports.export_file(asked.world.portal, asked.actor, export_id)
    if isinstance(wanted, DocumentsRequest | GroupsRequest):
        told = {found.decode().upper() for found in MARKER.findall(opened(file)) if found[1:2].upper() == b"C"}
        mine = {asked.world.marker_of(one.customer) for one in asked.seen(Right.DOWNLOAD)}
        _same("customers of others in the file", told - mine, set())
        if isinstance(wanted, DocumentsRequest):  # groups are of one currency
            _same("customers in the file", told, mine)
    return file


def _empty(asked: Asked, wanted: StatementRequest) -> object:
    """A customer with an issuer that is not its own: refused, or taken in and come to nothing."""
    try:
        export_id = exports.request_export(asked.world.portal, asked.actor, wanted)
    except NotFound:
        return NO
    jobs.run_job(asked.world.portal, export_id)
    state = exports.export_state(asked.world.portal, asked.actor, export_id)
    _same("a statement of somebody else's customer", state.state, exports.State.FAILED)
    return state


def my_files(asked: Asked) -> set[int]:
    """The list of one's own files: every one of them was asked for by this visitor."""
    listed = {one.id for one in exports.list_exports(asked.world.portal, asked.actor)}
    others = {id for id, owner, _ in asked.world.exports if owner.who[:2] != asked.visitor.who[:2]}
    _same("files of others", listed & others, set())
    return listed


def somebodys_export(asked: Asked) -> object:
    if not asked.world.exports:
        return NO
    export_id, owner, format = asked.random.choice(asked.world.exports)
    if owner.who[:2] == asked.visitor.who[:2]:  # another session of the same person or link: what is it may fetch
        return NO
    for ask in (exports.export_state, exports.cancel_export, remove_export):
        asked.allowed(False, ask, export_id)
    _same("a file of somebody else's list", export_id in my_files(asked), False)
    asked.allowed(False, exports.statement_file, export_id, Format(format))
    return asked.allowed(False, exports.export_file, export_id)


def a_basket(asked: Asked) -> object:
    """One's own, as long as one may; another person's is not there, whatever one sees of its documents."""
    chosen = near_one(asked, asked.world.tills.baskets)
    mine = chosen is not None and chosen.person == asked.visitor.person_name
    basket_id = chosen.id if chosen else MISSING
    may = mine and chosen is not None and asked.may(Right.PAY, chosen.issuer, chosen.customer)
    bills = asked.allowed(may, bills_of, basket_id)
    may = mine and chosen is not None and asked.may(Right.SEE, chosen.issuer, chosen.customer)
    return bills, asked.allowed(may, read_progress, basket_id)


def a_checkout(asked: Asked) -> object:
    chosen = near_one(asked, asked.world.tills.checkouts)
    may = chosen is not None and asked.may(Right.PAY, chosen.issuer, chosen.customer)
    return asked.allowed(may, come_back, chosen.id if chosen else MISSING)


def a_voucher(asked: Asked) -> object:
    chosen = near_one(asked, asked.world.tills.vouchers)
    voucher_id = chosen.id if chosen else MISSING
    may = chosen is not None and asked.may(Right.DOWNLOAD, chosen.issuer, chosen.customer)
    asked.allowed(may, voucher_pdf, voucher_id, SPANISH)
    may = chosen is not None and asked.may(Right.SEE, chosen.issuer, chosen.customer)
    return asked.allowed(may, read_voucher, voucher_id)


def a_new_basket(asked: Asked) -> object:
    chosen = asked.document()
    known = chosen is not None and chosen.id in asked.world.tills.payable
    if chosen is not None and known and asked.may(Right.PAY, chosen.issuer, chosen.customer):
        return bills_of(asked.world.portal, asked.actor, fill_basket(asked.world.portal, asked.actor, [chosen.id]))
    if chosen is None or not asked.may(Right.PAY, chosen.issuer, chosen.customer):
        asked.allowed(False, fill_basket, [chosen.id if chosen else MISSING])
    return NO


def all_of_it(asked: Asked) -> object:
    """«Pagar todo»: every customer for whom the visitor may pay, and no other."""
    scope = asked.actor.scope(Right.PAY)
    sums = sums_to_pay(asked.world.portal, asked.actor)
    if not sums.outstanding:
        return sums
    bills = bills_of(asked.world.portal, asked.actor, fill_with_all(asked.world.portal, asked.actor, False))
    _same("customers to pay for", {one.customer_id for one in bills} - asked.customers(Right.PAY), set())
    _same("whether everybody is paid for", scope.everything, False)
    return bills, sums


def near_one(asked: Asked, among: Sequence[Owned]) -> Owned | None:
    """The visitor's own, one of a customer that it may know, or one that is not there."""
    if asked.random.random() < 0.1:
        return None
    own = [one for one in among if one.person == asked.visitor.person_name]
    known = [one for one in among if one.customer == asked.customer().id]
    return asked.random.choice((asked.random.random() < 0.5 and own) or known or list(among))


def the_reports(asked: Asked) -> object:
    """The desk's list of what payers reported; what is not on it can't be decided, nor its proof taken."""
    waiting, shown = [ReportState.WAITING], reporting.list_reports
    told = shown(asked.world.portal, asked.actor, waiting, 200)
    mine = {one.id for one in asked.world.reports if one.waits and asked.may(Right.BOOK, one.issuer, one.customer)}
    _same("reports on the desk", {one.report.id for one in told}, mine)
    chosen = asked.random.choice(asked.world.reports)
    if not asked.may(Right.BOOK, chosen.issuer, chosen.customer):
        for decide in (deciding.accept_report, deciding.same_money):
            asked.allowed(False, decide, chosen.id)
            asked.allowed(False, decide, MISSING)
        for decide_why in (deciding.reject_report, deciding.undo_report):
            asked.allowed(False, decide_why, chosen.id, "no")
    return told


def a_proof(asked: Asked) -> object:
    chosen = asked.random.choice(asked.world.reports)
    asked.allowed(False, attachment_file, MISSING, SPANISH)
    may = asked.may(Right.DOWNLOAD, chosen.issuer, chosen.customer)
    return asked.allowed(may, attachment_file, chosen.proof, SPANISH)


def a_document_in_review(asked: Asked) -> object:
    """What was reported for a document; and whether the visitor could report something for it."""
    chosen = asked.random.choice(asked.world.reports)
    told = reporting.reports_of_document(asked.world.portal, asked.actor, chosen.document)
    _same("whether it is told", bool(told), asked.may(Right.SEE, chosen.issuer, chosen.customer))
    here = (chosen.issuer, chosen.customer, "COP")
    asked.allowed(asked.may(Right.SEE, *here[:2]), reporting.waiting_in_account, *here)
    may = asked.may(Right.PAY, chosen.issuer, chosen.customer)
    if not may:
        said = reporting.Said([chosen.document], "1", 1, date(2026, 1, 9), "47", "1")
        asked.allowed(False, reporting.report_transfer, said)
    return told, asked.allowed(may, reporting.reportable, chosen.document)


def the_withholdings(asked: Asked) -> object:
    """The desk's list; what is not the visitor's to book can't be decided, nor the issuer's policy."""
    told = withheld_deciding.list_withholdings(asked.world.portal, asked.actor, [Stand.WAITING], 200)
    mine = {one.id for one in asked.world.kept_back if one.waits and asked.may(Right.BOOK, one.issuer, one.customer)}
    _same("withholdings on the desk", {one.withholding.id for one in told}, mine)
    chosen = asked.random.choice(asked.world.kept_back)
    if not asked.may(Right.BOOK, chosen.issuer, chosen.customer):
        asked.allowed(False, withheld_deciding.accept_withholding, asked.random.choice((chosen.id, MISSING)))
        for decide in (withheld_deciding.reject_withholding, withheld_deciding.undo_withholding):
            asked.allowed(False, decide, chosen.id, "no")
    may = asked.may(Right.SETTINGS, chosen.issuer)
    if not may:
        rate = Rate(Withheld.RETEICA, Decimal(1), 0, date(2026, 1, 1))
        asked.allowed(False, withheld_policy.decide_policy, chosen.issuer, Policy())
        asked.allowed(False, withheld_policy.decide_rate, chosen.issuer, rate)
        asked.allowed(False, withheld_policy.drop_rate, chosen.issuer, MISSING)
    return told, asked.allowed(may, withheld_policy.read_policy, chosen.issuer)


def what_was_kept_back(asked: Asked) -> object:
    """On a document; its certificate; and whether the visitor could state or certify something of it."""
    chosen = asked.random.choice(asked.world.kept_back)
    told = withheld_deciding.withholdings_of_document(asked.world.portal, asked.actor, chosen.document)
    _same("whether it is told", bool(told), asked.may(Right.SEE, chosen.issuer, chosen.customer))
    if chosen.certificate:
        may = asked.may(Right.DOWNLOAD, chosen.issuer, chosen.customer)
        asked.allowed(may, attachment_file, chosen.certificate, SPANISH)
    here = (chosen.issuer, chosen.customer, "COP")
    asked.allowed(asked.may(Right.SEE, *here[:2]), withheld_deciding.withheld_in_account, *here)
    may = asked.may(Right.PAY, chosen.issuer, chosen.customer)
    if not may:
        file = ("c.pdf", b"%PDF-1.7\n%%EOF")
        asked.allowed(False, withheld_stating.state_withholdings, {chosen.document: {Withheld.RETEICA: 1}}, "1")
        asked.allowed(False, withheld_certificates.add_certificate, chosen.document, [chosen.id], file)
    return told, asked.allowed(may, withheld_certificates.missing_certificates, chosen.document)


def a_talk(asked: Asked) -> object:
    """A document's comments: the issuer's own notes only for who writes for it, files for who downloads."""
    chosen = asked.random.choice(asked.world.talks)
    here = chosen.issuer, chosen.customer
    told = asked.allowed(asked.may(Right.SEE, *here), threads.read_thread, chosen.document)
    # whoever writes for the issuer does so from a view narrowed to the customer too
    whole = asked.world.oracle.may(asked.visitor.who, str(Right.COMMENT), chosen.issuer)
    staff = whole and asked.may(Right.COMMENT, *here)
    if told is not None:
        _same("notes that are shown", len(told.messages), 2 if staff else 1)
    if not asked.may(Right.COMMENT, *here):
        asked.allowed(False, threads_writing.write_comment, chosen.document, threads_writing.Said("no", "k"))
    if not staff:
        asked.allowed(False, threads.close_thread, chosen.document)
    takes = asked.may(Right.DOWNLOAD, *here)
    asked.allowed(takes and staff, attachment_file, chosen.notes_file, SPANISH)
    return told, asked.allowed(takes, attachment_file, chosen.file, SPANISH)


def the_talks(asked: Asked) -> object:
    """The desk's list and its count."""
    told = threads.list_threads(asked.world.portal, asked.actor, ThreadState.WAITING, 500)
    mine = {one.document for one in asked.world.talks if asked.may(Right.COMMENT, one.issuer, one.customer)}
    _same("threads on the desk", {one.document_id for one in told}, mine)
    _same("threads that are counted", threads.waiting_threads(asked.world.portal, asked.actor), len(mine))
    return told


def the_book(asked: Asked) -> object:
    """An account as who books sees it; nobody else reads it, nor posts anything to it."""
    issuer, customer = asked.pair()
    owns = any(one.id == customer and one.issuer == issuer for one in asked.world.customers)
    may = owns and asked.may(Right.BOOK, issuer, customer)
    whose, money = Whose(issuer, customer, "COP"), Money(123, date(2026, 3, 1), "47")
    told = asked.allowed(may, book_reading.read_book, whose), asked.allowed(may, money_known, whose, money)
    chosen = asked.random.choice(asked.world.documents)
    if not may:
        wish = Wish(whose, "probe")
        asked.allowed(False, register_payment, wish, [chosen.id], money)
        asked.allowed(False, write_off, wish, [chosen.id], "Porque sí")
        asked.allowed(False, apply_credit, wish, [chosen.id])
    asked.allowed(False, undo_act, MISSING, "Porque sí")
    return told, asked.allowed(may, book_reading.read_applications, whose, 20)


def the_reminders(asked: Asked) -> object:
    """Who gets the next ones, for who makes the issuer's links; its rules are set by who decides its settings."""
    issuer = asked.issuer().id
    if not asked.may(Right.SETTINGS, issuer):
        asked.allowed(False, save_rules, issuer, ReminderRules(True))
    may = asked.may(Right.LINKS, issuer)
    reads = (preview, read_rules)
    return [asked.allowed(may, read, issuer) for read in reads], asked.allowed(may, list_sent, issuer, 20)


def the_issued(asked: Asked) -> object:
    """What was issued of an account is seen by who sees it; what is mailed of it each month, by who makes its links."""
    issuer, customer = asked.pair()
    owned = any((one.issuer, one.id) == (issuer, customer) for one in asked.world.customers)
    if not (owned and asked.may(Right.SEE, issuer, customer)):
        try:
            told = list_issued(asked.world.portal, asked.actor, issuer, customer, "COP", 20)
        except NotFound:
            told = []
        _same("statements of others", told, [])
    desk = asked.issuer().id
    may = asked.may(Right.LINKS, desk)
    if not asked.may(Right.SETTINGS, desk):
        asked.allowed(False, save_monthly, desk, MonthlyRules(True))
    if not asked.may(Right.LINKS, desk, customer):
        asked.allowed(False, mail_statement, StatementWish(desk, customer, "COP", date(2026, 1, 1), date(2026, 2, 1)))
        asked.allowed(False, addressee_of, desk, customer)
    for ask in (download_issued, read_later):
        more = (StatementFormat.PDF, "es") if ask is download_issued else ()
        asked.allowed(False, ask, MISSING, *more)
    reads = (preview_month, read_monthly)
    return [asked.allowed(may, read, desk) for read in reads], asked.allowed(may, list_mailed, desk, 20)


PROBES: dict[Probe, int] = {
    a_document: 8, a_file: 5, the_list: 8, the_facets: 4, the_summary: 4, a_statement: 6, its_currencies: 2,
    the_accounts: 2, the_customers: 4, the_desks: 2, the_links: 4, a_link: 4, a_new_link: 2, the_audit: 4,
    the_mails: 1, the_requests: 4, the_joined: 2, the_people: 4, the_staff: 2, a_grant: 4, my_sight: 1,
    an_invitation: 2, the_settings: 2, the_qr: 1, the_payments: 4, a_payment: 4, the_methods: 2,
    my_data: 1, the_trends: 3,
    the_machinery: 2, a_new_export: 3, somebodys_export: 2, a_basket: 4, a_checkout: 2, a_voucher: 7, a_new_basket: 3,
    all_of_it: 3, the_imports: 4,
    the_reports: 4, a_proof: 3, a_document_in_review: 4, the_withholdings: 4, what_was_kept_back: 4,
    a_talk: 5, the_talks: 3, the_book: 4, the_reminders: 2, the_issued: 3,
}  # fmt: skip


def probe(world: World, count: int, random: Random, probes: Collection[Probe] = ()) -> Counter[str]:
    """So many probes, or a Leak that says whose and which; returns how many of each kind there were."""
    kinds = list(probes or PROBES)
    told: Counter[str] = Counter()
    for number in range(count):
        (kind,) = random.choices(kinds, [PROBES[one] for one in kinds])
        visitor = somebody(world, random)
        narrow = _narrowing(world, random) if random.random() < 0.4 else None
        told[kind.__name__] += 1
        try:
            one_probe(world, random, visitor, narrow, kind)
        except Leak as leak:
            raise Leak(
                f"seed {world.seed}, probe {number}: {kind.__name__} by {visitor.name} in {narrow}: {leak}"
            ) from leak
    return told


def one_probe(world: World, random: Random, visitor: Visitor, narrow: Narrow, kind: Probe) -> None:
    """As a page or a route would: who is this now, narrowed how, and then the use case."""
    actor = session_actor(world.portal, visitor.hash)
    _same("whether the session lives", actor is not None, bool(world.oracle.enters(visitor.who)))
    if actor is None:
        return
    seen = None if world.oracle.rules(visitor.who) else narrow
    asked = Asked(world, random, visitor, seen, narrow_as_pages_do(world, actor, narrow))
    check_markers(asked.world, visitor, seen, bytes_of(kind(asked)))


def narrow_as_pages_do(world: World, actor: Actor, claimed: Narrow) -> Actor:
    return narrow(world.portal, actor, *claimed) if claimed else actor


def somebody(world: World, random: Random) -> Visitor:
    """Mostly a session that lives; at times one that is over, of a link that is closed, of somebody shut out."""
    living, person = random.random() < 0.85, random.random() < 0.7
    here = [one for one in world.visitors if living is bool(world.oracle.enters(one.who))]
    return random.choice([one for one in here if one.person is person])


def near(world: World, random: Random, visitor: Visitor) -> Tenant:
    """Any customer; half of the time one that the visitor once had something to do with, and may have no more."""
    if random.random() < 0.5:
        return random.choice(world.customers)
    told, who = world.oracle, visitor.who
    if who.kind == "link":
        return next(one for one in world.customers if one.id == told.links[who.id].customer)
    mine = [one for one in told.grants if one.user == who.id]
    whole = {one.issuer for one in mine if one.customer is None}
    there = [one for one in world.customers if one.issuer in whole or any(g.customer == one.id for g in mine)]
    return random.choice(there or world.customers)


def _narrowing(world: World, random: Random) -> Narrow:
    customer = random.choice(world.customers)
    issuer = customer.issuer if random.random() < 0.5 else random.choice(world.issuers).id
    return issuer, random.choice((None, customer.id, customer.id))


def check_markers(world: World, visitor: Visitor, narrow: Narrow, answer: bytes) -> None:
    """Whatever the answer was: no name, number, line or note of somebody else stands in it."""
    strange = {found.decode().upper() for found in MARKER.findall(answer)} - known_markers(world, visitor, narrow)
    _same("markers of others", strange, set())


def known_markers(world: World, visitor: Visitor, narrow: Narrow) -> set[str]:
    """What the visitor may read: its customers and issuers, and those it asked, itself, and people of those whom it
    looks after.
    """
    told, who = world.oracle, visitor.who
    rules, held = told.rules(who), told.held(who)
    known = {c.marker for c in world.customers if told.may(who, "see", c.issuer, c.id, narrow)}
    known |= {i.marker for i in world.issuers if rules or any(issuer == i.id for issuer, _, _ in held)}
    known |= set(world.people.values()) if rules else set()
    if visitor.person:
        known.add(world.people[who.id])
        known |= {i.marker for i in world.issuers if (who.id, i.id) in world.asked}
        known |= {c.marker for c in world.customers if any(customer == c.id for _, customer, _ in held)}
    for user, issuer, customer in world.knowing:
        rights = ("approve", "staff", "audit", "links") + (("manage",) if customer is not None else ())
        if any(told.may(who, right, issuer, customer) for right in rights):
            known.add(world.people[user])
    for one in world.tills.checkouts:  # who reads an account's payments reads who made them, and who looked after them
        if told.may(who, "export", one.issuer, one.customer):
            payer = one.person.removeprefix("user:")
            known |= {world.people[int(payer)]} if payer.isdigit() else set()
            known |= {world.people[user] for user, _, customer in world.knowing if customer == one.customer}
            known |= {world.people[one.id] for one in told.people.values() if one.operator}
    return known


def bytes_of(answer: object) -> bytes:
    """All that an answer says, files opened."""
    if isinstance(answer, FileAnswer):
        return opened(answer)
    if isinstance(answer, bytes):
        return answer
    return json.dumps(answer, default=repr).encode() if not isinstance(answer, tuple) else repr(answer).encode()


def opened(file: FileAnswer) -> bytes:
    """A file's bytes; of a spreadsheet what is packed in it."""
    if not file.name.endswith(".xlsx"):
        return file.name.encode() + file.data
    with zipfile.ZipFile(io.BytesIO(file.data)) as package:
        return file.name.encode() + b"\n".join(package.read(name) for name in package.namelist())
