"""Views that people keep: by name, replaced, shared with who has the right, gone with their maker."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.app.accounts.leaving import delete_account
from portal.app.portal import Portal
from portal.app.saved_views import (
    LONGEST,
    LONGEST_NAME,
    MOST,
    KeptView,
    list_views,
    remove_view,
    save_view,
    unshare_view,
)
from portal.domain.access import Actor
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from tests.app.people import HERE, acting, add_party, give, issuer_of, person

LATE = {"vencidas": ["Vencidas"], "moneda": ["COP", "USD"]}


@pytest.fixture
def customer(portal: Portal) -> int:
    return add_party(portal, "900100200", "900555666")[0]


def someone(portal: Portal, name: str, issuer: int, role: Role = Role.ANALYST, customer: int | None = None) -> Actor:
    user = person(portal, f"{name}@ejemplar.example", name)
    give(portal, user, issuer, customer, role=role)
    return acting(portal, user)


def names(portal: Portal, actor: Actor) -> list[str]:
    return [one.name for one in list_views(portal, actor)]


def test_a_view_is_kept_by_name_and_replaced_under_it(portal: Portal, customer: int) -> None:
    ana = someone(portal, "ana", issuer_of(portal, customer))
    save_view(portal, ana, " Vencidas  por cliente ", LATE)
    save_view(portal, ana, "abril", {})
    [april, late] = list_views(portal, ana)
    assert (april.name, late.name, late.asked, late.mine) == ("abril", "Vencidas por cliente", LATE, True)
    save_view(portal, ana, "abril", LATE)
    assert [one.asked for one in list_views(portal, ana)] == [LATE, LATE]
    remove_view(portal, ana, late.id)
    assert names(portal, ana) == ["abril"]


def test_it_is_its_makers_alone_until_it_is_shared_at_an_issuer(portal: Portal, customer: int) -> None:
    issuer = issuer_of(portal, customer)
    ana, owner = someone(portal, "ana", issuer), someone(portal, "eva", issuer, Role.OWNER)
    one_customer = someone(portal, "uno", issuer, customer=customer)
    elsewhere = someone(portal, "otro", issuer_of(portal, add_party(portal, "900300400", "900555666")[0]))
    view = save_view(portal, ana, "Vencidas", LATE).id
    assert names(portal, owner) == []
    save_view(portal, ana, "Vencidas", LATE, issuer)
    [shared] = list_views(portal, owner)
    assert (shared.id, shared.mine, shared.made_by, shared.issuer_id) == (view, False, "ana", issuer)
    assert names(portal, one_customer) == names(portal, elsewhere) == []
    for change in (remove_view, unshare_view):
        with pytest.raises(NotFound):
            change(portal, owner, view)
    unshare_view(portal, ana, view)
    assert (names(portal, owner), names(portal, ana)) == ([], ["Vencidas"])


def test_a_view_kept_under_the_name_of_a_shared_one_stays_shared_and_says_so(portal: Portal, customer: int) -> None:
    issuer = issuer_of(portal, customer)
    ana, owner = someone(portal, "ana", issuer), someone(portal, "eva", issuer, Role.OWNER)
    first = save_view(portal, ana, "Vencidas", LATE, issuer)
    assert first == KeptView(first.id, issuer, False, None)
    assert save_view(portal, ana, "Vencidas", {}) == KeptView(first.id, issuer, True, issuer)
    assert [one.asked for one in list_views(portal, owner)] == [{}]
    unshare_view(portal, ana, first.id)
    assert save_view(portal, ana, "Vencidas", LATE) == KeptView(first.id, None, True, None)
    assert names(portal, owner) == []


def test_who_may_share_no_more_shares_no_change_of_what_they_shared(portal: Portal, customer: int) -> None:
    issuer, elsewhere = issuer_of(portal, customer), issuer_of(portal, add_party(portal, "900300400", "900555666")[0])
    owner, ana = someone(portal, "eva", issuer, Role.OWNER), someone(portal, "ana", issuer)
    save_view(portal, ana, "Vencidas", LATE, issuer)
    moved = replace(ana, grants=tuple(replace(one, issuer_id=elsewhere) for one in ana.grants))
    kept = save_view(portal, moved, "Vencidas", {})
    assert (kept.issuer_id, kept.before) == (None, issuer)
    assert names(portal, owner) == []


def test_only_who_holds_the_right_shares_or_keeps_one(portal: Portal, customer: int) -> None:
    issuer = issuer_of(portal, customer)
    one_customer = someone(portal, "uno", issuer, customer=customer)
    save_view(portal, one_customer, "Mías", LATE)
    with pytest.raises(NotFound):
        save_view(portal, one_customer, "Mías", LATE, issuer)
    payer = someone(portal, "paga", issuer, Role.CUSTOMER, customer)
    with pytest.raises(NotFound):
        save_view(portal, payer, "Mías", LATE)
    assert list_views(portal, payer) == []


def test_a_name_that_is_none_and_too_much_are_refused(portal: Portal, customer: int) -> None:
    ana = someone(portal, "ana", issuer_of(portal, customer))
    for name, asked in ((" \n", LATE), ("x" * (LONGEST_NAME + 1), LATE), ("larga", {"buscar": ["x" * LONGEST]})):
        with pytest.raises(Refused):
            save_view(portal, ana, name, asked)
    for number in range(MOST):
        save_view(portal, ana, f"vista {number}", {})
    with pytest.raises(Refused):
        save_view(portal, ana, "una más", {})
    save_view(portal, ana, "vista 0", LATE)
    assert len(list_views(portal, ana)) == MOST


def test_what_a_person_kept_goes_with_them(portal: Portal, customer: int) -> None:
    issuer = issuer_of(portal, customer)
    ana, owner = someone(portal, "ana", issuer), someone(portal, "eva", issuer, Role.OWNER)
    save_view(portal, ana, "Vencidas", LATE, issuer)
    assert ana.user_id is not None
    delete_account(portal, ana.user_id, HERE)
    assert names(portal, owner) == []
