"""Nobody reads what is not theirs, whatever they ask for."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.domain.documents import Kind
from portal.errors import NotFound
from portal.views.facets import facets
from portal.views.filters import DocumentFilter, SortKey
from portal.views.pages import Page, page
from portal.views.scope import among, reach
from portal.views.statements import statement, statement_currencies
from portal.views.store import Views
from portal.views.summary import summary
from tests.views.build import NOW, TODAY, Doc, World, streamed

ALL = Scope(everything=True)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def docs(world: World) -> list[Doc]:
    """One invoice for each of two customers at each of two issuers."""
    pairs = product("AB", "12")
    return [world.document(issuer=issuer, customer=customer, text="secreto") for issuer, customer in pairs]


def listed(views: Views, scope: Scope, **wanted: object) -> Page:
    return page(views, scope, DocumentFilter(**wanted), SortKey.NUMBER, False, 50, 0, NOW)  # type: ignore[arg-type]


def found(views: Views, scope: Scope, **wanted: object) -> set[int]:
    return {row.id for row in listed(views, scope, **wanted).rows}


def test_a_customer_sees_its_own_documents_only(views: Views, docs: list[Doc]) -> None:
    assert found(views, Scope(customers=frozenset({docs[0].customer_id}))) == {docs[0].id}


def test_an_issuer_sees_its_customers_documents_only(views: Views, docs: list[Doc]) -> None:
    assert found(views, Scope(issuers=frozenset({docs[0].issuer_id}))) == {docs[0].id, docs[1].id}


def test_an_issuer_and_a_customer_elsewhere_are_seen_together(views: Views, docs: list[Doc]) -> None:
    both = Scope(frozenset({docs[0].issuer_id}), frozenset({docs[3].customer_id}))
    assert found(views, both) == {docs[0].id, docs[1].id, docs[3].id}


def test_asking_for_somebody_elses_rows_gives_none(views: Views, docs: list[Doc]) -> None:
    mine = Scope(customers=frozenset({docs[0].customer_id}))
    assert found(views, mine, customers=(docs[1].customer_id,)) == set()
    assert found(views, mine, issuers=(docs[2].issuer_id,)) == set()
    assert found(views, mine, search="secreto") == {docs[0].id}
    assert list(streamed(views, mine)) == [docs[0].id]


def test_an_empty_scope_answers_empty_without_asking() -> None:
    class Closed(Views):
        def __init__(self) -> None:
            pass

        def cursor(self) -> object:  # type: ignore[override]
            raise AssertionError("asked")

    views, nothing = Closed(), Scope()
    assert listed(views, nothing) == Page((), 0, ())
    assert list(streamed(views, nothing)) == []
    assert summary(views, nothing, NOW).owed == ()
    assert facets(views, nothing).currencies == ()


@pytest.mark.parametrize("wrong", [Scope(), Scope(customers=frozenset({5})), Scope(issuers=frozenset({5}))])
def test_a_statement_out_of_scope_is_not_found(views: Views, docs: list[Doc], wrong: Scope) -> None:
    doc = docs[0]
    with pytest.raises(NotFound):
        statement(views, wrong, doc.issuer_id, doc.customer_id, "COP", *YEAR)
    with pytest.raises(NotFound):
        statement_currencies(views, wrong, doc.issuer_id, doc.customer_id)


def test_a_customer_at_an_issuer_that_is_not_its_own_is_not_found(views: Views, docs: list[Doc]) -> None:
    mine = Scope(issuers=frozenset({docs[0].issuer_id}))
    with pytest.raises(NotFound):
        statement(views, mine, docs[0].issuer_id, docs[3].customer_id, "COP", *YEAR)


def test_many_ids_are_bound_as_one_list(views: Views, docs: list[Doc]) -> None:
    many = Scope(customers=frozenset(range(1, 5_000)) | {docs[2].customer_id})
    assert found(views, many) == {docs[2].id}
    assert len(reach(many).where.values) == 1


def test_ids_that_no_row_can_have_match_nothing(views: Views, docs: list[Doc]) -> None:
    assert among("customer_id", [-1, 0, 2**63, 2**200]).sql == "(false)"
    assert found(views, ALL, customers=(2**200,)) == set()


HOSTILE = st.one_of(
    st.text(st.characters()),
    st.sampled_from(["'; DROP TABLE documents; --", "%", "_", "\\", "\x00", "\ud800x", '"', "?", "$end", "{0}", "-"]),
    st.text("ñÁ€𝄞%'", min_size=1, max_size=3).map(lambda text: text * 5_000),
)
NUMBERS = st.integers(-(2**200), 2**200)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE, HOSTILE, NUMBERS, NUMBERS, NUMBERS, st.sampled_from(SortKey))
def test_no_text_or_number_makes_an_error(
    views: Views, docs: list[Doc], search: str, currency: str, amount: int, party: int, offset: int, sort: SortKey
) -> None:
    wanted = DocumentFilter(
        currencies=(currency,),
        issuers=(party,),
        customers=(party,),
        amount_from=amount,
        amount_to=amount,
        search=search,
    )
    for one in (
        wanted,
        DocumentFilter(search=search),
        DocumentFilter(amount_from=amount),
        DocumentFilter(kinds=(Kind.ADVANCE,)),
    ):
        page(views, ALL, one, sort, True, offset, offset, NOW)


def test_a_very_long_search_is_cut_to_its_first_words(views: Views, docs: list[Doc]) -> None:
    assert found(views, ALL, search="secreto " * 10_000) == {doc.id for doc in docs}
    assert found(views, ALL, search=" ".join(f"palabra{n}" for n in range(10_000))) == set()


def test_before_anything_was_known_the_account_is_empty(views: Views, docs: list[Doc]) -> None:
    doc = docs[0]
    early = datetime(2025, 1, 1, tzinfo=UTC)
    told = statement(views, ALL, doc.issuer_id, doc.customer_id, "COP", *YEAR, known_at=early)
    assert (told.count, told.closing, told.known_at) == (0, 0, early)


def test_a_document_is_overdue_by_the_date_where_its_issuer_is(world: World, views: Views) -> None:
    far, near = (world.document(issuer=issuer, due=TODAY) for issuer in "AB")
    now = Today(TODAY, {far.issuer_id: TODAY + timedelta(days=1)})
    for scope in (ALL, Scope(issuers=frozenset({far.issuer_id, near.issuer_id}))):
        found = page(views, scope, DocumentFilter(), SortKey.NUMBER, False, 50, 0, now)
        assert {row.id: row.days_late for row in found.rows} == {far.id: 1, near.id: 0}
        assert found.totals[0].overdue == far.total
        late = page(views, scope, DocumentFilter(overdue=True), SortKey.NUMBER, False, 50, 0, now)
        assert [row.id for row in late.rows] == [far.id]
        asked = summary(views, scope, now)
        assert [owed.overdue for owed in asked.owed] == [far.total, 0]
        assert [row.id for row in asked.due_next] == [near.id]
