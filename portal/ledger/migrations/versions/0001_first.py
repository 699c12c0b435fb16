"""The first schema. Entries and allocations refuse UPDATE and DELETE in the database itself."""

from alembic import op

from portal.ledger.tables import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    bind = op.get_bind()
    metadata.create_all(bind)
    op.execute("INSERT INTO change_counter (k, seq) VALUES (1, 0)")
    append_only = op.execute
    if bind.dialect.name == "sqlite":
        for table in ("entries", "allocations"):
            for verb in ("UPDATE", "DELETE"):
                append_only(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
        return
    append_only(
        "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in ("entries", "allocations"):
        append_only(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION append_only()"
        )
