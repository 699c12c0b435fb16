"""Roles and rights as people call them."""

from __future__ import annotations

from collections.abc import Iterable

from portal.app.people import named
from portal.domain.access import Right
from portal.domain.roles import Role
from portal.text import Text
from portal.ui.i18n import say

ROLES = {
    Role.CUSTOMER: Text("Cliente"),
    Role.OWNER: Text("Dueño"),
    Role.COLLECTOR: Text("Cartera"),
    Role.READER: Text("Solo lectura"),
    Role.ANALYST: Text("Analista"),
}


def role_name(role: Role) -> str:
    """A role in a word."""
    return say(ROLES[role])


def right_name(right: Right) -> str:
    """A right, with a capital letter."""
    return rights_said([right]).capitalize()


def rights_said(rights: Iterable[Right]) -> str:
    """Rights in one line."""
    return ", ".join(say(one) for one in named(frozenset(rights)))
