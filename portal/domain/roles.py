"""What each role may do: the one place. docs/roles.md shows this table to people; a test compares the two."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.access import LINK_RIGHTS, Right


class Role(StrEnum):
    """How somebody belongs to an issuer or a customer: what a grant says."""

    CUSTOMER = "customer"  # a person of one customer, with the rights that the grant names
    OWNER = "owner"
    COLLECTOR = "collector"
    READER = "reader"
    ANALYST = "analyst"


STAFF = (Role.OWNER, Role.COLLECTOR, Role.READER)
LEVELS = (*STAFF, Role.ANALYST)  # what somebody may be for the whole of an issuer
CUSTOMER_RIGHTS = LINK_RIGHTS | {Right.MANAGE}  # what a customer's person may be given; SEE always

_READ = frozenset({Right.SEE, Right.DOWNLOAD, Right.EXPORT})
_COLLECT = _READ | {Right.COMMENT, Right.LINKS, Right.APPROVE, Right.IMPORT, Right.BOOK, Right.AUDIT}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CUSTOMER: CUSTOMER_RIGHTS,
    Role.OWNER: _COLLECT | {Right.STAFF, Right.SETTINGS},
    Role.COLLECTOR: _COLLECT,
    Role.READER: _READ,
    Role.ANALYST: _READ,
}


def rights_of(role: Role, named: frozenset[Right]) -> frozenset[Right]:
    """The rights that a grant gives: its role's; of a customer's person those named, seeing always among them."""
    return RIGHTS[role] if role is not Role.CUSTOMER else (named & CUSTOMER_RIGHTS) | {Right.SEE}
