"""Many rows at once in plain SQL: `bulk_create` takes three times as long, and keeps SQLite's only writer waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, JSONField, Model

BATCH = 5000
Connection = Any


@dataclass(frozen=True, slots=True)
class Insertion:
    """New objects of one model, as the database takes them: what is left to do is the writing alone."""

    rows: Sequence[Model]
    values: Sequence[Sequence[Any]]

    def run(self) -> None:
        if not self.rows:
            return
        model = type(self.rows[0])
        insert_values(model, [field.attname for field in model._meta.concrete_fields], self.values)
        for row in self.rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def insert(rows: Sequence[Model]) -> None:
    """Store new objects of one model, in their order, and give them their ids, as `bulk_create` does.

    No defaults of the database, and no fields that fill themselves in on saving. Nothing is stored when it raises.
    """
    with transaction.atomic(savepoint=False):
        ready(rows).run()


def ready(rows: Sequence[Model]) -> Insertion:
    """Do all of `insert` but the writing, which may then wait: the ids that the objects get are nobody else's."""
    give_keys([row for row in rows if row.pk is None])
    database = connections[DEFAULT_DB_ALIAS]
    values: list[Sequence[Any]] = []
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        values += zip(*(_prepared(field, part, database) for field in part[0]._meta.concrete_fields), strict=True)
    return Insertion(rows, values)


def give_keys(rows: Sequence[Model]) -> None:
    """Give new objects of one model the next ids, in their order, before they are stored."""
    if rows:
        for row, key in zip(rows, _keys(type(rows[0]), len(rows)), strict=True):
            row.pk = key


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


def _keys(model: type[Model], count: int) -> Sequence[int]:
    """Ids that nobody else is given, now or later."""
    table = model._meta.db_table
    database = connections[DEFAULT_DB_ALIAS]
    with transaction.atomic(savepoint=False), database.cursor() as cursor:
        if database.vendor == "sqlite":
            last = _last_key(cursor, table)
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
            return range(last + 1, last + 1 + count)
        sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
        cursor.execute(sequence, [table, model._meta.pk.column, count])
        return sorted(key for (key,) in cursor.fetchall())


def _last_key(cursor: Any, table: str) -> int:
    """The highest id that SQLite has given in a table (sqlite.org/autoinc.html); its row there is made if need be."""
    cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
    found = cursor.fetchone()
    if found is None:
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 0)", [table])
    return found[0] if found else 0


def _prepared(field: Field[Any, Any], rows: Sequence[Model], database: Connection) -> list[Any]:
    """The column of a field, as the database takes it: each value is prepared once, as most stand there many times."""
    values = [getattr(row, field.attname) for row in rows]
    if isinstance(field, JSONField):
        return [field.get_db_prep_save(value, database) for value in values]
    known = {value: field.get_db_prep_save(value, database) for value in set(values)}
    return [known[value] for value in values]


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)
