"""Every module of tables: whoever asks the metadata what there is must not miss one that its process does not use."""

from __future__ import annotations

from portal.ledger import (  # noqa: F401
    act_tables,
    address_tables,
    announcement_tables,
    comparison_tables,
    contact_tables,
    import_tables,
    join_tables,
    letter_tables,
    look_tables,
    payment_tables,
    people_tables,
    reminder_tables,
    saved_view_tables,
    statement_tables,
    thread_tables,
    transfer_tables,
    withholding_tables,
)
from portal.ledger.tables import metadata

__all__ = ["metadata"]
