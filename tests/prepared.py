"""Sites prepared once a run of the tests, by the first worker that asks, and copied for each use."""

from __future__ import annotations

import fcntl
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests import worlds
from tests.site_process import Site, serving
from tests.worlds import World

OF_ITS_OWN = shutil.ignore_patterns("secret-key", "log", "*.lock", "*.log")
"""What a copy makes anew when it starts."""


@dataclass(frozen=True)
class PreparedSites:
    """Migrated sites, with the sample household or empty, in a folder that all workers of a run share."""

    root: Path

    @contextmanager
    def serving(self, world: str, *, sample: bool = True, **more: str) -> Iterator[Site]:
        with self.copy(world, sample=sample, **more) as site, serving(site):
            yield site

    @contextmanager
    def copy(self, world: str, *, sample: bool = True, **more: str) -> Iterator[Site]:
        """A site in a folder of its own and, in production, a database and a Redis prefix of its own."""
        model = self.model(world, sample=sample)
        with worlds.production(model.database) if model.database else worlds.embedded() as environment:
            folder = self.root / f"site_{uuid.uuid4().hex[:12]}"
            shutil.copytree(model.var, folder, ignore=OF_ITS_OWN)
            yield Site(folder, {**environment, **more})
            shutil.rmtree(folder)

    def model(self, world: str, *, sample: bool = False) -> Site:
        """The prepared site, which is never started; whoever asks while it is being made waits."""
        name = f"{world}_{'sample' if sample else 'empty'}"
        site = Site(self.root / name, self.environment(world, name))
        made = self.root / f"{name}.made"
        with (self.root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                self.make(site, self.model(world) if sample else None)
                made.touch()
        return site

    def environment(self, world: str, name: str) -> World:
        if world == "embedded":
            return worlds.clean_environment()
        return worlds.services(f"{self.root.name}_{name}")

    def make(self, site: Site, empty: Site | None) -> None:
        """Migrate, or load the sample into a copy of what is migrated."""
        if empty:
            shutil.copytree(empty.var, site.var, ignore=OF_ITS_OWN)
        if site.database:
            worlds.create(site.database, *([empty.database] if empty else []))
        site.prepare(sample=empty is not None)

    def remove(self) -> None:
        """Drop what the run prepared, when no worker needs it any more."""
        for folder in self.root.glob("production_*/"):
            worlds.drop(f"{self.root.name}_{folder.name}")
        shutil.rmtree(self.root)
