"""What holds on every page: readable to all, never wider than the screen, charts whole, nothing inline."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from portfolio_site.security import CONTENT_SECURITY_POLICY
from tests.browser.conftest import listen
from tests.browser.tour import EVIDENCE, SIGNED_IN, SIGNED_OUT, Tour, prepare
from tests.browser.visitor import WIDTHS, Visitor
from tests.prepared import PreparedSites
from tests.site_process import Site, serving

pytestmark = pytest.mark.browser

SCREENS = (320, 360, 390, 768, 1280, 1920, 3840)
WITH_CHARTS = ("overview", "instrument", "proposal", *EVIDENCE)
FORGETS = "from holdings.models import PriceChunk; PriceChunk.objects.filter(year__lt=2015).delete()"
TELLS = "from optimizer.tasks import tell; tell()"
every_page = pytest.mark.parametrize("name", [*SIGNED_OUT, *SIGNED_IN])
CUT_OFF = """() => {
    const screen = document.documentElement.clientWidth;
    const scrolls = (node) => ["auto", "scroll"].includes(getComputedStyle(node).overflowX);
    const isCut = (node) => {
        const right = node.getBoundingClientRect().right;
        for (let around = node.parentElement; around; around = around.parentElement) {
            if (scrolls(around)) return false;
            if (around.matches(".panel") && right > around.getBoundingClientRect().right + 1) return true;
        }
        return right > screen + 1;
    };
    const apart = "svg *, [data-plotly] *, .visually-hidden, .visually-hidden *, .skip";
    return [...document.querySelectorAll(`body *:not(${apart})`)]
        .filter((node) => node.checkVisibility() && isCut(node))
        .map((node) => `${node.tagName} ${node.className} ${node.textContent.trim().slice(0, 40)}`);
}"""
BAD_LABELS = """() => [...document.querySelectorAll("[data-plotly]")].flatMap((chart) => {
    const frame = chart.getBoundingClientRect();
    const labels = [...chart.querySelectorAll("text")].filter((text) => text.textContent.trim());
    const boxes = labels.map((text) => text.getBoundingClientRect());
    const isOutside = (box) => box.left < frame.left - 1 || box.right > frame.right + 1
        || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    const touches = (one, other) => one.left < other.right - 2 && other.left < one.right - 2
        && one.top < other.bottom - 4 && other.top < one.bottom - 4;
    const isBad = (box, at) => isOutside(box) || boxes.slice(0, at).some((other) => touches(other, box));
    return labels.filter((text, at) => isBad(boxes[at], at)).map((text) => text.textContent);
})"""


@pytest.fixture(scope="module")
def site(prepared: PreparedSites) -> Iterator[Site]:
    """The sample household with eight years of its prices, so that all evidence is found within a minute."""
    with prepared.copy("embedded", DEMO="1") as site:
        site.manage("shell", "-c", FORGETS)
        with serving(site):
            yield site


@pytest.fixture(scope="module")
def complaints() -> list[str]:
    return []


@pytest.fixture(scope="module")
def tour(browser: Browser, site: Site, pictures: Path, complaints: list[str]) -> Iterator[Tour]:
    settings = {"base_url": site.url, "reduced_motion": "reduce", **WIDTHS["desktop"]}
    inside, outside = browser.new_context(**settings), browser.new_context(**settings)
    for context in (inside, outside):
        context.on("page", lambda page: listen(page, complaints))
    tour = prepare(Visitor(inside.new_page(), pictures, "desktop", complaints), outside.new_page())
    site.manage("shell", "-c", TELLS)
    yield tour
    inside.close()
    outside.close()


@pytest.fixture(autouse=True)
def _no_complaint(complaints: list[str]) -> Iterator[None]:
    yield
    assert complaints == []


@every_page
def test_axe_finds_nothing_in_light_or_dark(tour: Tour, name: str) -> None:
    page = tour.opens(name)
    assert findings(page) == []

    page.emulate_media(color_scheme="dark")
    assert findings(page, only=["color-contrast", "link-in-text-block"]) == []
    page.emulate_media(color_scheme="light")


def findings(page: Page, only: list[str] | None = None) -> list[str]:
    """What axe finds, of any impact; `only` names rules that depend on the colours."""
    options = {"resultTypes": ["violations"], **({"runOnly": only} if only else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['impact']} {rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"][:3]]


@every_page
def test_nothing_is_cut_off_on_any_screen(tour: Tour, name: str) -> None:
    page = tour.opens(name)
    for width in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(CUT_OFF) == [], f"at {width} px"
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("name", WITH_CHARTS)
@pytest.mark.parametrize("width", SCREENS)
def test_every_label_of_a_chart_is_whole_and_free(tour: Tour, name: str, width: int) -> None:
    tour.inside.set_viewport_size({"width": width, "height": 900})
    page = tour.opens(name)

    assert page.evaluate(BAD_LABELS) == []


@every_page
def test_the_page_carries_the_policy_and_nothing_inline(tour: Tour, name: str) -> None:
    page = tour.outside if name in SIGNED_OUT else tour.inside
    answer = page.context.request.get(tour.paths[name])

    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert inline_parts(answer.text()) == []


class InlineParts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_code = tag == "script" and "src" not in given and given.get("type") != "application/json"
        if is_code or tag == "style":
            self.found.append(f"<{tag}>")
        self.found += [f"{tag} {key}" for key in given if key == "style" or key.startswith("on")]
        self.found += [f"{tag} {value}" for value in given.values() if (value or "").lower().startswith("javascript:")]


def inline_parts(html: str) -> list[str]:
    parser = InlineParts()
    parser.feed(html)
    return parser.found
