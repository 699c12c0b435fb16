"""Alembic runs migrations on the connection that `portal.ledger.schema` hands it."""

from alembic import context

from portal.ledger.every_table import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
