"""Many rows at once in plain SQL: `bulk_create` takes three times as long, and keeps SQLite's only writer waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, JSONField, Model

BATCH = 5000
Connection = Any


def insert(rows: Sequence[Model]) -> None:
    """Store new objects of one model, in their order, and give them their ids, as `bulk_create` does.

    No defaults of the database, and no fields that fill themselves in on saving. Nothing is stored when it raises.
    """
    if not rows:
        return
    database, model = connections[DEFAULT_DB_ALIAS], type(rows[0])
    with transaction.atomic(savepoint=False):
        for row, key in zip(rows, _keys(database, model, len(rows)), strict=True):
            row.pk = key
        for start in range(0, len(rows), BATCH):
            part = rows[start : start + BATCH]
            fields = model._meta.concrete_fields
            columns = [_prepared(field, part, database) for field in fields]
            insert_values(model, [field.attname for field in fields], list(zip(*columns, strict=True)))
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert_values(model: type[Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Store rows that are no objects: values of the fields named, as the database takes them."""
    database = connections[DEFAULT_DB_ALIAS]
    quote = database.ops.quote_name
    columns = ", ".join(quote(_field(model, name).column) for name in names)
    table = f"{quote(model._meta.db_table)} ({columns})"
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            places = ", ".join(["%s"] * len(names))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
            return
        with database.wrap_database_errors, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def set_keys(model: type[Model], name: str, keys: Mapping[int, int]) -> None:
    """Set a foreign key of many stored rows: id of the row -> id that it shall name."""
    database = connections[DEFAULT_DB_ALIAS]
    quote = database.ops.quote_name
    table, column = quote(model._meta.db_table), quote(_field(model, name).column)
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            pairs = [(value, key) for key, value in keys.items()]
            cursor.executemany(f"UPDATE {table} SET {column} = %s WHERE id = %s", pairs)  # noqa: S608
            return
        cursor.execute(
            f"UPDATE {table} SET {column} = new.value"  # noqa: S608
            f" FROM unnest(%s::bigint[], %s::bigint[]) AS new (key, value) WHERE id = new.key",
            [list(keys), list(keys.values())],
        )


def _keys(database: Connection, model: type[Model], count: int) -> Sequence[int]:
    """Ids that nobody else is given: on SQLite the next ones, as nobody else writes now."""
    table = model._meta.db_table
    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + count)
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(sequence, [table, model._meta.pk.column, count])
        return sorted(key for (key,) in cursor.fetchall())


def _prepared(field: Field[Any, Any], rows: Sequence[Model], database: Connection) -> list[Any]:
    """The column of a field, as the database takes it: each value is prepared once, as most stand there many times."""
    values = [getattr(row, field.attname) for row in rows]
    if isinstance(field, JSONField):
        return [field.get_db_prep_save(value, database) for value in values]
    known = {value: field.get_db_prep_save(value, database) for value in set(values)}
    return [known[value] for value in values]


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)
