"""What a test asks of a ledger: balances by document number, and whether its laws hold."""

from __future__ import annotations

from sqlalchemy import text

from portal.app.portal import Portal
from portal.ledger.verify import broken_laws

_BALANCE = """
SELECT d.number, d.kind, d.state, i.side,
       COALESCE((SELECT SUM(amount) FROM entries WHERE item_id = i.id), 0),
       COALESCE((SELECT SUM(amount) FROM allocations WHERE debit_id = i.id OR credit_id = i.id), 0)
FROM documents d LEFT JOIN items i ON i.id = d.item_id
"""


def balances(portal: Portal) -> dict[str, int]:
    """Outstanding of debits, available of credits, in minor units, by number; documents without item are left out."""
    with portal.ledger.read() as conn:
        rows = conn.execute(text(_BALANCE)).all()
    return {
        number: int(entered if side == "debit" else -entered) - int(applied)
        for number, _kind, state, side, entered, applied in rows
        if side is not None and state != "withdrawn"
    }


def owed(portal: Portal) -> int:
    """Σ entries: what all customers owe, net."""
    with portal.ledger.read() as conn:
        return int(conn.execute(text("SELECT COALESCE(SUM(amount), 0) FROM entries")).scalar_one())


def laws(portal: Portal) -> list[str]:
    """The laws that are broken; empty when all hold."""
    with portal.ledger.read() as conn:
        return [str(broken) for broken in broken_laws(conn)]
