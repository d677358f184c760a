"""A prepared site for browsers, visitors of two widths, and a console that has to stay silent."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.visitor import WIDTHS, Visitor
from tests.prepared import PreparedSites
from tests.site_process import Site


@pytest.fixture(scope="module")
def site(prepared: PreparedSites) -> Iterator[Site]:
    """The sample household as it was made, the demo open to visitors."""
    with prepared.serving("embedded", DEMO="1") as site:
        yield site


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the steps are kept."""
    folder = Path(os.environ.get("BALLAST_SCREENSHOTS") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def console() -> Iterator[list[str]]:
    """What the pages of a test complained of; a test with a complaint fails."""
    complaints: list[str] = []
    yield complaints
    assert complaints == []


def listen(page: Page, complaints: list[str]) -> None:
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@pytest.fixture
def new_visitor(new_context: Any, site: Site, pictures: Path, console: list[str]) -> Callable[[str], Visitor]:
    """Make visitors with a browser of their own, `desktop` or `phone` wide."""

    def make(width: str) -> Visitor:
        context = new_context(base_url=site.url, **WIDTHS[width])
        context.on("page", lambda page: listen(page, console))
        return Visitor(context.new_page(), pictures, width, console)

    return make


@pytest.fixture(params=WIDTHS)
def visitor(request: pytest.FixtureRequest, new_visitor: Callable[[str], Visitor]) -> Visitor:
    return new_visitor(request.param)


@pytest.fixture
def owner(visitor: Visitor) -> Visitor:
    """Somebody with a household of their own and one empty account."""
    visitor.signs_up(f"{uuid.uuid4().hex[:12]}@example.com")
    visitor.types("Name of the household", "Rowan")
    visitor.types("Your name", "Ida Rowan")
    visitor.presses("Make the household")
    visitor.goes_to("Import")
    visitor.follows("Add account")
    visitor.types("Name", "Brokerage")
    visitor.types("Broker", "Schwab")
    visitor.types("Last digits", "4321")
    visitor.presses("Add account")
    visitor.heads("Import")
    return visitor
