"""Database triggers that make the activity log append-only."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_POSTGRES = """
    CREATE OR REPLACE FUNCTION accounts_activity_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the activity log is append-only'; END $$;
    CREATE OR REPLACE TRIGGER accounts_activity_append_only BEFORE UPDATE OR DELETE ON accounts_activity
    FOR EACH ROW EXECUTE FUNCTION accounts_activity_append_only()
"""


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES)
            return
        for verb in ("update", "delete"):
            cursor.execute(
                f"CREATE TRIGGER IF NOT EXISTS accounts_activity_no_{verb} BEFORE {verb.upper()} ON accounts_activity "
                "BEGIN SELECT RAISE(ABORT, 'the activity log is append-only'); END"
            )


def drop(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TRIGGER IF EXISTS accounts_activity_append_only ON accounts_activity")
            return
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS accounts_activity_no_{verb}")
