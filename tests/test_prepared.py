"""A prepared site is copied for each use: what a test does to its own is seen by no other."""

from __future__ import annotations

from tests.prepared import PreparedSites

ADD = "from tests import factories; factories.user('owner')"
COUNT = "from accounts.models import User; print(User.objects.count())"
FIRST = """
from portfolio_site.celery import app
with app.connection_for_read() as connection:
    print(connection.SimpleQueue("batch").get(timeout=5).headers["task"])
"""


def test_what_is_done_to_one_copy_is_not_seen_in_another(world: str, prepared: PreparedSites) -> None:
    with prepared.copy(world, sample=False) as one, prepared.copy(world, sample=False) as other:
        one.manage("shell", "-c", ADD)

        assert [site.manage("shell", "-c", COUNT).split()[-1] for site in (one, other)] == ["1", "0"]
        assert (one.var / "secret-key").read_text() != (other.var / "secret-key").read_text()


def test_a_copy_finds_what_loading_the_sample_asked_the_workers_for(world: str, prepared: PreparedSites) -> None:
    with prepared.copy(world) as site:
        assert "holdings.revalue" in site.manage("shell", "-c", FIRST).split()
