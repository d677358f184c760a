"""What stands in a site's database, read from outside, whatever the site's processes are doing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.site_process import Site


@dataclass(frozen=True)
class Run:
    """The newest run of a site."""

    status: str
    stage: str
    attempt: int
    has_snapshot: bool


@dataclass
class Rows:
    """`lock` is a second connection to SQLite, which never waits."""

    connection: Any
    lock: sqlite3.Connection | None = None

    def all(self, query: str) -> list[tuple[Any, ...]]:
        return list(self.connection.execute(query).fetchall())

    def one(self, query: str) -> Any:
        return self.all(query)[0][0]

    def newest_run(self) -> Run:
        query = "SELECT status, stage, attempt, snapshot_hash FROM optimizer_run ORDER BY id DESC LIMIT 1"
        status, stage, attempt, digest = self.all(query)[0]
        return Run(status, stage, attempt, bool(digest))

    def ends(self) -> dict[str, int]:
        """How many runs stand, ended as done, are told of as done, and made a proposal: four equal numbers."""
        return {
            "runs": self.one("SELECT count(*) FROM optimizer_run"),
            "done": self.one("SELECT count(*) FROM optimizer_run WHERE status = 'done'"),
            "told": self.one("SELECT count(DISTINCT subject) FROM accounts_activity WHERE verb = 'run.done'"),
            "tellings": self.one("SELECT count(*) FROM accounts_activity WHERE verb = 'run.done'"),
            "proposals": self.one("SELECT count(*) FROM optimizer_proposal"),
        }

    def is_writing(self) -> bool:
        """Whether somebody is inside a transaction that writes."""
        if self.lock is None:
            return bool(self.one("SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL"))
        try:
            self.lock.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        self.lock.execute("ROLLBACK")
        return False


@contextmanager
def rows_of(site: Site) -> Iterator[Rows]:
    url = site.world.get("DATABASE_URL")
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            yield Rows(connection)
        return
    file = site.var / "ballast.sqlite3"
    connection, lock = (sqlite3.connect(file, timeout=seconds, isolation_level=None) for seconds in (5, 0))
    try:
        yield Rows(connection, lock)
    finally:
        connection.close()
        lock.close()
