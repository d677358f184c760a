"""What stands in a site's database, read from outside, whatever the site's processes are doing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from tests.site_process import Site

TELLINGS = """
    SELECT kind, optimizer_run.id FROM accounts_activity JOIN optimizer_run
    ON replace(accounts_activity.subject, '-', '') = 'run:' || replace(CAST(optimizer_run.uuid AS text), '-', '')
    WHERE verb = 'run.done'
"""


@dataclass(frozen=True)
class Run:
    """The newest run of its kind in a site."""

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

    def newest_run(self, kind: str) -> Run:
        runs = self.all("SELECT kind, status, stage, attempt, snapshot_hash FROM optimizer_run ORDER BY id DESC")
        status, stage, attempt, digest = next(run[1:] for run in runs if run[0] == kind)
        return Run(status, stage, attempt, bool(digest))

    def are_idle(self) -> bool:
        """Whether each run has ended."""
        return not self.one("SELECT count(*) FROM optimizer_run WHERE status IN ('queued', 'running')")

    def ends(self) -> dict[str, int]:
        """How many proposals stand, and how many runs made them and their alternatives: equal numbers at the end."""
        each = {"proposals": self.one("SELECT count(*) FROM optimizer_proposal")}
        return each | self._ended("propose") | self._ended("alternatives")

    def _ended(self, kind: str) -> dict[str, int]:
        """How many runs of a kind stand, ended as done, and are told of as done."""
        runs = [status for each, status in self.all("SELECT kind, status FROM optimizer_run") if each == kind]
        told = [run for each, run in self.all(TELLINGS) if each == kind]
        return {
            f"{kind} runs": len(runs),
            f"{kind} done": runs.count("done"),
            f"{kind} told": len(set(told)),
            f"{kind} tellings": len(told),
        }

    def is_writing(self) -> bool:
        """Whether somebody is inside a transaction that writes."""
        if self.lock is None:
            return bool(self.one("SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL"))
        return is_locked(self.lock)


def is_locked(connection: sqlite3.Connection) -> bool:
    """Whether somebody else writes there now. The connection must never wait."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return True
    connection.execute("ROLLBACK")
    return False


def queues_are_written(site: Site) -> bool:
    """Whether somebody writes to the embedded broker's file; Redis keeps nobody out."""
    if site.world.get("DATABASE_URL"):
        return False
    with closing(sqlite3.connect(site.var / "broker.sqlite3", timeout=0, isolation_level=None)) as connection:
        return is_locked(connection)


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
