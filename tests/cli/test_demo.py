"""The demo looks alive on any day, shows what a customer portal has to show, and goes in like anybody's documents."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import text

from data.demo.companies import ABC, ACCOUNTS, ANA, EJEMPLAR, FINAL, NOGALES, SAN_JOSE, TINTAS
from data.demo.files import demo_sources, plain_ubl
from data.demo.sheets import csv_file, xlsx_file
from data.demo.story import documents
from portal.app.links import check_link
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.cli.demo import load_demo
from portal.config import Settings
from portal.domain.aging import BUCKETS, bucket
from portal.domain.documents import Facts, Kind, Role
from portal.domain.parties import NIT, check_digit
from portal.errors import Refused
from portal.importers.recognise import read
from tests.factories import FrozenClock, bring, facts
from tests.ledger.balances import balances, laws

TODAY = date(2026, 3, 15)
DAYS = st.dates(date(2025, 1, 1), date(2035, 12, 31))


def ask(portal: Portal, sql: str, **values: Any) -> Sequence[Any]:
    with portal.ledger.read() as conn:
        return conn.execute(text(sql), values).all()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(home: Path) -> str:
    return load_demo(Settings(home=home), FrozenClock())


@pytest.fixture(scope="module")
def demo(home: Path, told: str) -> Portal:
    """The demo's ledger, only read."""
    return build(Settings(home=home), FrozenClock())


def outstanding(made: list[Facts]) -> dict[str, Decimal]:
    """What is left of each debit when every credit has paid what it names."""
    left = {f.number: f.total for f in made if f.kind.is_debit and not f.voided}
    for credit in (f for f in made if not f.kind.is_debit):
        for named in credit.references:
            if named.number in left:
                left[named.number] -= credit.total if named.amount is None else named.amount
    return left


@settings(max_examples=25)
@given(DAYS)
def test_on_any_day_the_story_adds_up_and_ends_today(today: date) -> None:
    made = documents(today)
    assert min(outstanding(made).values()) >= 0
    assert max(f.issue_date for f in made) <= today
    assert max(f.issue_date for f in made) >= today - timedelta(days=10)
    assert min(f.issue_date for f in made) < today - timedelta(days=690)
    numbers = [(f.issuer.tax_id, f.kind, f.folded_number) for f in made]
    assert len(set(numbers)) == len(numbers)
    assert 600 <= len(made) <= 1_200


@settings(max_examples=25)
@given(DAYS)
def test_on_any_day_the_monthly_customer_owes_something_of_every_age(today: date) -> None:
    left = outstanding(documents(today))
    own = [f for f in documents(today) if f.issuer == EJEMPLAR.party and f.customer == ABC and left.get(f.number)]
    assert {bucket(f.payable_on, today) for f in own} == set(BUCKETS)
    assert any(0 < left[f.number] < f.total for f in own)


def test_the_same_day_and_seed_tell_the_same_story() -> None:
    assert documents(TODAY) == documents(TODAY)
    assert documents(TODAY, seed=2) != documents(TODAY)


def test_every_colombian_company_has_its_right_check_digit() -> None:
    parties = {party.key: party for account in ACCOUNTS for party in (account.seller.party, account.customer)}
    companies = [party for party in parties.values() if party.id_type == NIT]
    assert companies
    assert all(party.check_digit == check_digit(party.tax_id) for party in companies)


def test_a_document_adds_up() -> None:
    for made in (f for f in documents(TODAY) if f.lines):
        taxes = sum((tax.amount for tax in made.taxes), Decimal(0))
        assert sum((line.amount for line in made.lines), Decimal(0)) + taxes == made.total + (made.prepaid or 0)


def test_files_come_as_zip_xml_csv_and_xlsx() -> None:
    suffixes = {source.name.rpartition(".")[2] for source in demo_sources(FrozenClock())}
    assert suffixes == {"zip", "xml", "csv", "xlsx"}


def test_plain_ubl_from_abroad_is_read_as_a_document_of_its_own() -> None:
    invoice = next(f for f in documents(TODAY) if f.issuer == TINTAS.party)
    found = read("TS.xml", plain_ubl(invoice)).found[0].facts
    assert (found.issuer.country, found.number, found.total) == ("ES", invoice.number, invoice.total)


def test_both_kinds_of_sheet_hold_the_same_rows() -> None:
    receipts = [f for f in documents(TODAY) if f.kind is Kind.RECEIPT][:20]
    listed = list(csv.reader(io.StringIO(csv_file(receipts).decode("utf-8-sig")), delimiter=";"))
    sheet = load_workbook(io.BytesIO(xlsx_file(receipts))).active
    assert sheet is not None
    rows = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert [row[1] for row in listed] == [row[1] for row in rows]
    assert [row[13] for row in listed] == [row[13] for row in rows]


def test_everything_went_in_and_every_law_holds(demo: Portal) -> None:
    assert ask(demo, "SELECT COUNT(*) FROM documents") == [(len(documents(TODAY)),)]
    assert laws(demo) == []


def test_the_ledger_comes_to_the_same_balances_as_the_story(demo: Portal) -> None:
    left = {n: int(amount * 100) for n, amount in outstanding(documents(TODAY)).items()}
    contado = {f.number for f in documents(TODAY) if f.issuer == EJEMPLAR.party and f.due_date == f.issue_date}
    kept = balances(demo)
    assert {n: kept[n] for n in left if n not in contado} == {n: left[n] for n in left if n not in contado}
    assert {kept[n] for n in contado & set(left)} == {0}


def test_all_kinds_and_three_currencies_are_there(demo: Portal) -> None:
    assert {row[0] for row in ask(demo, "SELECT DISTINCT kind FROM documents")} == set(Kind)
    assert {row[0] for row in ask(demo, "SELECT DISTINCT currency FROM documents")} == {"COP", "USD", "EUR"}


def test_a_credit_note_settles_an_invoice_alone(demo: Portal) -> None:
    found = ask(
        demo,
        """SELECT d.number FROM documents d JOIN allocations a ON a.debit_id = d.item_id
           JOIN items i ON i.id = a.credit_id
           GROUP BY d.id, d.number, d.total HAVING SUM(a.amount) = d.total AND MIN(i.cause) = 'credit_note'
           AND MAX(i.cause) = 'credit_note'""",
    )
    assert found


def test_one_advance_is_used_up_by_an_invoice_and_one_is_a_balance_in_favour(demo: Portal) -> None:
    assert len(ask(demo, "SELECT 1 FROM entries WHERE cause = 'prepaid'")) == 1
    advances = {n: left for n, left in balances(demo).items() if n.startswith("AN-")}
    assert 0 in advances.values()
    assert any(advances.values())


def test_a_payment_waits_for_a_document_that_has_not_come(demo: Portal) -> None:
    waiting = ask(
        demo,
        """SELECT c.tax_id FROM document_references r JOIN documents d ON d.id = r.document_id
           JOIN customers c ON c.id = d.customer_id WHERE r.target_id IS NULL AND r.role = :role""",
        role=Role.PAYS,
    )
    assert waiting == [(NOGALES.tax_id,)]


def test_pdfs_containers_and_validations_came_along(demo: Portal) -> None:
    roles = dict(ask(demo, "SELECT role, COUNT(*) FROM document_files GROUP BY role"))
    assert roles["pdf"] > 20
    assert roles["container"] == roles["validation"] > 100


def test_customers_are_of_every_sort(demo: Portal) -> None:
    issuers = ask(demo, "SELECT DISTINCT issuer_id FROM customers WHERE tax_id = :abc", abc=ABC.tax_id)
    assert len(issuers) == 5
    assert ask(demo, "SELECT anonymous FROM customers WHERE tax_id = :final", final=FINAL.tax_id) == [(1,)]
    one = "SELECT COUNT(*) FROM documents d JOIN customers c ON c.id = d.customer_id WHERE c.tax_id = :nit"
    assert ask(demo, one, nit=SAN_JOSE.tax_id) == [(1,)]


def test_every_link_printed_opens(demo: Portal, told: str) -> None:
    tokens = [line.rpartition("/l/")[2] for line in told.splitlines() if "/l/" in line]
    opened = [check_link(demo, token) for token in tokens]
    by_customer = defaultdict(list)
    for link in opened:
        by_customer[link.customer_tax_id].append(link.issuer_tax_id)
    assert len(by_customer) == 4
    assert len(by_customer[ABC.tax_id]) == 5
    assert {ANA.tax_id, SAN_JOSE.tax_id} <= set(by_customer)


def test_loading_again_changes_nothing_and_tells_the_same(home: Path, demo: Portal, told: str) -> None:
    before = demo.ledger.seq()
    assert load_demo(Settings(home=home), FrozenClock(datetime(2026, 4, 1, tzinfo=UTC))) == told
    assert demo.ledger.seq() == before


def test_a_load_cut_short_goes_on_with_its_own_dates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("portal.cli.demo.create_link", broken)
        with pytest.raises(KeyboardInterrupt):
            load_demo(Settings(home=tmp_path), FrozenClock())
    assert "/l/" in load_demo(Settings(home=tmp_path), FrozenClock(datetime(2026, 3, 20, tzinfo=UTC)))
    portal = build(Settings(home=tmp_path), FrozenClock())
    assert ask(portal, "SELECT COUNT(*), MAX(issue_date) <= '2026-03-15' FROM documents") == [
        (len(documents(TODAY)), 1)
    ]


def test_the_demo_keeps_away_from_other_peoples_data(tmp_path: Path) -> None:
    portal = build(Settings(home=tmp_path), FrozenClock())
    bring(portal, facts())
    with pytest.raises(Refused, match="ya tiene documentos"):
        load_demo(Settings(home=tmp_path), FrozenClock())
    assert ask(portal, "SELECT COUNT(*) FROM documents") == [(1,)]
