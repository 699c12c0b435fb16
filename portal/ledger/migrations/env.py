"""Alembic runs migrations on the connection that `portal.ledger.schema` hands it."""

from alembic import context

from portal.ledger import (  # noqa: F401  their tables
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

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
