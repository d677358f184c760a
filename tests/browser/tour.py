"""Every page of the site by its name, after a visit that leaves something to see on each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor
from tests.holdings.importers.files import transactions

FILE = transactions(
    "12/20/2022|Buy|KO|COCA COLA CO|10|$63.00||-$630.00", "13/40/2022|Buy|PEP|PEPSICO INC|5|$180.00||-$900.00"
)
TABLE = b"""Date,Type,Symbol,Quantity,Amount,Depot
2022-01-03,Buy,KO,10,-600.00,Main 1111
2022-01-04,Buy,NOPE,5,-90.00,Second 2222
"""
POSITIONS = b"""Positions for account Taxable ...482 as of 04:00 PM ET, 2022/12/28

Symbol,Description,Qty (Quantity),Price,Mkt Val (Market Value),Cost Basis,Gain $ (Gain/Loss $),Security Type
KO,COCA COLA CO,310,$62.61,"$19,409.10",--,--,Equity
"""
OWN_SCENARIO = "Oil falls by half"
OUTSIDE = {
    "start": "/",
    "sign in": "/accounts/login/",
    "sign up": "/accounts/signup/",
    "password reset": "/accounts/password/reset/",
}
INSIDE = {
    "overview": "",
    "holdings": "holdings",
    "holdings by account": "holdings?view=account",
    "performance": "performance",
    "performance of dates": "performance?period=custom",
    "transactions": "transactions",
    "gains": "gains",
    "tax": "tax",
    "tax sales": "tax/2022/sales",
    "account new": "accounts/new",
    "imports": "imports",
    "goals": "goals",
    "goal new": "goals/new",
    "constraints": "goals/constraints",
    "taxes": "goals/taxes",
    "classes": "goals/classify",
    "timing": "goals/timing",
    "guardrails": "goals/guardrails",
    "themes": "goals/themes",
    "proposals": "proposals",
    "compare": "proposals/compare",
    "orders": "orders",
    "reports": "report",
    "report of a quarter": "report/2022-Q4",
    "models": "evidence/models",
    "scenario new": "evidence/stress/own/new",
    "halts": "halts",
    "alerts": "alerts",
    "alert settings": "alerts/settings",
    "activity": "activity",
    "data": "data",
    "own prices": "data/prices",
    "settings": "settings",
}
EVIDENCE = {
    f"evidence {part}": f"evidence/{part}"
    for part in (
        "concentration",
        "signals",
        "volatility",
        "regimes",
        "correlation",
        "watch",
        "stress",
        "goals",
        "walk-forward",
    )
}
OF_EVIDENCE = ("scenario", "own scenario", "own scenario edit", "model")
OF_THE_USER = {
    "households": "/households",
    "household new": "/households/new",
    "security": "/accounts/2fa/",
    "e-mail": "/accounts/email/",
    "password": "/accounts/password/change/",
    "confirm": "/accounts/reauthenticate/",
    "sign out": "/accounts/logout/",
}
OF_RECORDS = ("account", "account edit", "transaction", "transaction new", "correction", "lot")
STEPS = ("import columns", "import accounts", "import symbols", "import review", "import dry run")
OF_PROBLEMS = ("account differs", "difference", "import compared", "feed")
MADE = (
    "instrument",
    *OF_RECORDS,
    "goal",
    *STEPS,
    *OF_PROBLEMS,
    "run",
    "proposal",
    "proposal with orders",
    "report of a proposal",
    *OF_EVIDENCE,
)
SIGNED_OUT = tuple(OUTSIDE)
SIGNED_IN = (*INSIDE, *EVIDENCE, *OF_THE_USER, *MADE)


@dataclass
class Tour:
    """A page inside the demo and one outside, and where each named page is."""

    inside: Page
    outside: Page
    paths: dict[str, str] = field(default_factory=dict)

    def opens(self, name: str) -> Page:
        page = self.outside if name in OUTSIDE else self.inside
        page.goto(self.paths[name])
        for chart in page.locator("[data-plotly]").all():
            expect(chart.locator(".main-svg").first).to_be_visible()
        return page


def prepare(visitor: Visitor, outside: Page) -> Tour:
    """Visit the demo: ask for evidence, meanwhile read files and propose twice, and send part of it to orders."""
    visitor.opens_the_demo()
    household = re.sub(r"^https?://[^/]+", "", visitor.page.url)
    paths = {**OUTSIDE, **OF_THE_USER, **{name: household + path for name, path in {**INSIDE, **EVIDENCE}.items()}}
    writes_a_scenario(visitor, paths["scenario new"])
    for name in EVIDENCE:
        asks_for(visitor, paths[name])
    paths["instrument"] = linked(visitor, paths["holdings"], "AAPL")
    paths["account"] = linked(visitor, paths["holdings"], "Fidelity traditional IRA")
    paths["account edit"] = f"{paths['account']}/edit"
    paths["transaction new"] = f"{paths['account']}/transactions/new"
    paths["transaction"] = linked(visitor, paths["transactions"], "Buy")
    paths["correction"] = f"{paths['transaction']}/correct"
    paths["lot"] = listed(visitor, paths["instrument"], "lots")
    paths["goal"] = linked(visitor, paths["goals"], "Retire in 2036")
    paths |= reads_files(visitor, paths["imports"])
    paths["run"] = asks(visitor, paths["overview"], 1)
    paths["proposal with orders"] = f"{household}proposals/1"
    sends_one(visitor)
    asks(visitor, paths["proposals"], 2)
    paths["proposal"] = f"{household}proposals/2"
    paths["report of a proposal"] = f"{household}report/proposal/1"
    paths |= finds_differences(visitor, paths["imports"])
    paths["feed"] = adds_a_feed(visitor, paths["data"])
    halts(visitor, paths["halts"])
    paths |= finds_evidence(visitor, paths)
    return Tour(visitor.page, outside, paths)


def writes_a_scenario(visitor: Visitor, path: str) -> None:
    visitor.page.goto(path)
    visitor.types("Name", OWN_SCENARIO)
    visitor.page.get_by_label("What", exact=True).first.fill("Energy")
    visitor.page.get_by_label("Change of price", exact=True).first.fill("-50")
    visitor.presses("Save scenario")
    visitor.is_told("Version 1")


def asks_for(visitor: Visitor, path: str) -> None:
    visitor.page.goto(path)
    with visitor.page.expect_navigation():
        visitor.presses("Compute")


def halts(visitor: Visitor, path: str) -> None:
    """One halt is past, and one stands."""
    visitor.page.goto(path)
    for button in ("Halt automated proposals", "Resume", "Halt automated proposals"):
        visitor.page.get_by_role("textbox").fill("The feed of prices is being changed.")
        with visitor.page.expect_navigation():
            visitor.presses(button)


def finds_evidence(visitor: Visitor, paths: dict[str, str]) -> dict[str, str]:
    """Wait for what was asked for, compare two rhythms, and return the pages behind the parts."""
    for name in EVIDENCE:
        waits_for(visitor, paths[name], "Compute again")
    with visitor.page.expect_navigation():
        visitor.presses("Compare")
    waits_for(visitor, paths["evidence walk-forward"], "Probability of overfitting")
    own = linked(visitor, paths["evidence stress"], OWN_SCENARIO)
    return {
        "own scenario": own,
        "own scenario edit": linked(visitor, own, "Change it"),
        "scenario": linked(visitor, paths["evidence stress"], "Equities down 20%"),
        "model": listed(visitor, paths["models"], "models"),
    }


def waits_for(visitor: Visitor, path: str, text: str) -> None:
    """On the page of its run, which goes on to the result, or says where it is."""
    visitor.page.goto(path)
    found = visitor.page.get_by_text(text)
    if not found.count():
        visitor.follows("see how far it is")
        found.or_(visitor.page.get_by_role("link", name=re.compile("^Open "))).first.wait_for(timeout=180_000)
        visitor.page.goto(path)
    expect(found).to_be_visible()


def listed(visitor: Visitor, path: str, panel: str) -> str:
    """The first link in a panel's rows."""
    visitor.page.goto(path)
    rows = visitor.page.locator(f'[aria-labelledby="{panel}"] :is(tbody, ul) a')
    return str(rows.first.get_attribute("href"))


def linked(visitor: Visitor, path: str, name: str) -> str:
    visitor.page.goto(path)
    link = visitor.page.locator(f'main a:not([href^="?"]):text-is("{name}")').first
    return str(link.get_attribute("href"))


def reads_files(visitor: Visitor, path: str) -> dict[str, str]:
    """One file at each step of its import."""
    paths = {"import columns": uploads(visitor, path, "other.csv", TABLE.replace(b"Depot", b"Konto"))}
    uploads(visitor, path, "depot.csv", TABLE)
    visitor.presses("Read the rows")
    paths["import accounts"] = at_step(visitor, "Continue")
    paths["import symbols"] = at_step(visitor, "Continue")
    paths["import review"] = uploads(visitor, path, "history.csv", FILE)
    visitor.presses("Dry run")
    visitor.sees(re.compile("Nothing is booked"))
    paths["import dry run"] = visitor.page.url
    return paths


def finds_differences(visitor: Visitor, path: str) -> dict[str, str]:
    """A file of positions that differ from the ledger."""
    uploads(visitor, path, "positions.csv", POSITIONS)
    visitor.presses("Compare with the ledger")
    visitor.sees("Settle them")
    paths = {"import compared": visitor.page.url}
    visitor.follows("Settle them")
    visitor.sees("Differences from the broker")
    paths["account differs"] = visitor.page.url
    paths["difference"] = linked(visitor, visitor.page.url, "Shares of KO")
    return paths


def adds_a_feed(visitor: Visitor, path: str) -> str:
    visitor.page.goto(path)
    visitor.presses("Add series")
    visitor.is_told("added")
    return str(visitor.page.locator('main a[href*="/data/feeds/"]').first.get_attribute("href"))


def uploads(visitor: Visitor, path: str, name: str, content: bytes) -> str:
    visitor.page.goto(path)
    file = visitor.page.get_by_label("File", exact=True)
    file.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    visitor.presses("Read the file")
    visitor.heads(re.compile(name))
    return visitor.page.url


def at_step(visitor: Visitor, button: str) -> str:
    visitor.page.get_by_role("button", name=button).wait_for()
    path = visitor.page.url
    visitor.presses(button)
    visitor.page.wait_for_url(lambda url: url != path)
    return path


def asks(visitor: Visitor, path: str, number: int) -> str:
    """Ask for a proposal, wait for it, and return the page of its run."""
    visitor.page.goto(path)
    visitor.presses("Propose a rebalance")
    visitor.page.wait_for_url("**/runs/*")
    run = visitor.page.url
    visitor.page.wait_for_url(f"**/proposals/{number}", timeout=90_000)
    return run


def sends_one(visitor: Visitor) -> None:
    visitor.page.get_by_role("radio", name="Approve").first.check()
    visitor.presses("Send 1 to orders")
    visitor.page.get_by_role("dialog").get_by_role("button", name="Send 1 to orders").click()
    visitor.heads("1 open order")
