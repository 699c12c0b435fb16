"""Who may do what: an actor, its grants, and the one place where they are checked. Default is no.

A *scope* is what an actor may read: every query of the views takes one first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from portal.errors import NotFound


class Right(StrEnum):
    """What can be done with documents, and at an issuer's desk. `portal.domain.roles` says who has which."""

    SEE = "see"
    DOWNLOAD = "download"
    PAY = "pay"
    COMMENT = "comment"
    MANAGE = "manage"  # the people of a customer
    EXPORT = "export"  # lists and packages by mail and in the background
    LINKS = "links"  # make, mail, rotate, revoke personal links
    APPROVE = "approve"  # access requests and proposed grants
    IMPORT = "import"
    BOOK = "book"  # payments by hand, withholdings, write-offs
    AUDIT = "audit"
    STAFF = "staff"  # the issuer's own people
    SETTINGS = "settings"  # payment methods, second factor, what is automatic


LINK_RIGHTS = frozenset({Right.SEE, Right.DOWNLOAD, Right.PAY, Right.COMMENT})


class By(StrEnum):
    """How the actor came in."""

    LINK = "link"
    USER = "user"
    OPERATOR = "operator"  # the command line, and operators who sign in
    ISSUER = "issuer"  # an issuer's own import: a person of its staff, or its token


@dataclass(frozen=True, slots=True)
class Grant:
    """Rights for one customer of one issuer, or (customer_id None) for all of an issuer's."""

    issuer_id: int
    customer_id: int | None
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be read: whole issuers, single customers, or (operators only) everything."""

    issuers: frozenset[int] = frozenset()
    customers: frozenset[int] = frozenset()
    everything: bool = False

    @property
    def empty(self) -> bool:
        return not (self.everything or self.issuers or self.customers)

    def covers(self, issuer_id: int, customer_id: int) -> bool:
        return self.everything or issuer_id in self.issuers or customer_id in self.customers


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks. `name` is what entries and the audit hold ("link:123", "operator:cli")."""

    by: By
    name: str
    grants: tuple[Grant, ...] = ()
    issuer_id: int | None = None
    user_id: int | None = None
    address: str = ""  # from where it came in
    looks_as_customer: bool = False  # somebody of the issuer, who sees what this customer would

    def is_of_customer(self, issuer_id: int, customer_id: int) -> bool:
        """Whether it looks for the customer itself, by a link or as its person.

        The issuer's people and analysts hold a right that no customer can be given.
        """
        here = [grant for grant in self.grants if grant.issuer_id == issuer_id]
        held = [grant.rights for grant in here if grant.customer_id in (None, customer_id)]
        own = self.by in (By.LINK, By.USER) and not self.looks_as_customer
        return own and bool(held) and not any(Right.EXPORT in rights for rights in held)

    def scope(self, right: Right = Right.SEE) -> Scope:
        """What this actor may reach with `right`."""
        if self.by is By.OPERATOR:
            return Scope(everything=True)
        held = [grant for grant in self.grants if right in grant.rights]
        return Scope(
            issuers=frozenset(grant.issuer_id for grant in held if grant.customer_id is None),
            customers=frozenset(grant.customer_id for grant in held if grant.customer_id is not None),
        )

    def narrowed(self, issuer_id: int, customer_id: int | None = None) -> Actor:
        """The same actor, seeing one issuer only, or one customer of it; operators stay.

        It never gains by it as long as the customer is that issuer's: `viewing.narrow` asks the ledger.
        """
        here = [grant for grant in self.grants if grant.issuer_id == issuer_id]
        if customer_id is not None:
            fitting = [grant for grant in here if grant.customer_id in (None, customer_id)]
            here = [replace(grant, customer_id=customer_id) for grant in fitting]
        return replace(self, grants=tuple(here))

    def owing(self) -> Actor:
        """The same actor as a customer alone: without the issuers that it sees the whole of."""
        return replace(self, grants=tuple(grant for grant in self.grants if grant.customer_id is not None))

    def require(self, right: Right, issuer_id: int, customer_id: int) -> None:
        """Nothing, or NotFound: what is not yours does not exist."""
        if not self.scope(right).covers(issuer_id, customer_id):
            raise NotFound()


def operator(name: str = "cli") -> Actor:
    """The operator at the command line."""
    return Actor(By.OPERATOR, f"operator:{name}")
