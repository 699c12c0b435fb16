"""What there is to filter by: only what the viewer's own documents hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.domain.access import Scope
from portal.domain.documents import Kind
from portal.views.scope import reach
from portal.views.store import Views


@dataclass(frozen=True, slots=True)
class Facets:
    """`issuers`: (id, name), by name. Dates are None when there are no documents."""

    currencies: tuple[str, ...]
    issuers: tuple[tuple[int, str], ...]
    kinds: tuple[Kind, ...]
    first_issued: date | None
    last_issued: date | None


def facets(views: Views, scope: Scope) -> Facets:
    """Currencies, issuers, kinds and the span of issue dates within `scope`."""
    if scope.empty:
        return Facets((), (), (), None, None)
    reached = reach(scope)
    with views.cursor() as cursor:
        groups = cursor.execute(
            "SELECT currency, issuer_id, any_value(issuer_name), kind, min(issue_date), max(issue_date) "
            f"FROM {reached.documents} WHERE {reached.where.sql} GROUP BY currency, issuer_id, kind",
            reached.where.values,
        ).fetchall()
    names = {issuer: name for _, issuer, name, *_ in groups}
    kinds = {group[3] for group in groups}
    return Facets(
        currencies=tuple(sorted({group[0] for group in groups})),
        issuers=tuple(sorted(names.items(), key=lambda issuer: (issuer[1], issuer[0]))),
        kinds=tuple(kind for kind in Kind if kind.value in kinds),
        first_issued=min((group[4] for group in groups), default=None),
        last_issued=max((group[5] for group in groups), default=None),
    )
