"""The tables of docs/roles.md as the tests read them: what a role may, which page it opens, whom a route answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from starlette.routing import BaseRoute, Mount, Route

from portal.domain.access import LINK_RIGHTS, Actor, By, Grant, Right
from portal.domain.roles import RIGHTS, Role

DOC = Path(__file__).parents[2] / "docs" / "roles.md"
YES, NEVER, GIVEN = "✓", "–", "given"
ISSUER, CUSTOMER = 1, 2  # of the actors below
Rows = dict[str, dict[str, str]]


def table(heading: str) -> Rows:
    """The table below a heading: by its first column, then by the name of the others. Backquotes are left out."""
    text = DOC.read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [_cells(line) for line in text.splitlines() if line.startswith("|")]
    names, rows = lines[0], lines[2:]
    told = {row[0]: dict(zip(names[1:], row[1:], strict=True)) for row in rows}
    assert len(told) == len(rows), f"a row of «{heading}» stands twice"
    return told


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]


def routes_of(routes: list[BaseRoute], prefix: str = "") -> Iterator[str]:
    """ "GET /healthz" for all of an app's own routes; HEAD goes with GET."""
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(list(route.routes), prefix + route.path)
        else:
            assert isinstance(route, Route), f"{route} is of a kind that the matrix does not know"
            yield from (f"{method} {prefix}{route.path}" for method in sorted(route.methods or ()) if method != "HEAD")


def actors() -> dict[str, Actor]:
    """An actor of every column; a customer's person with all that it may be given."""
    here = Grant(ISSUER, CUSTOMER, LINK_RIGHTS)
    told = {"link": Actor(By.LINK, "link:1", (here,))}
    told["customer"] = Actor(By.USER, "user:1", (Grant(ISSUER, CUSTOMER, RIGHTS[Role.CUSTOMER]),), user_id=1)
    for role in (Role.OWNER, Role.COLLECTOR, Role.READER, Role.ANALYST):
        told[str(role)] = Actor(By.USER, "user:1", (Grant(ISSUER, None, RIGHTS[role]),), user_id=1)
    return told | {"operator": Actor(By.OPERATOR, "user:1", user_id=1)}


def holding(rights: frozenset[Right]) -> Actor:
    """A customer's person with these rights."""
    return Actor(By.USER, "user:1", (Grant(ISSUER, CUSTOMER, rights | {Right.SEE}),), user_id=1)
