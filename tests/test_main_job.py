"""The main job over HTTP, with real workers: from a broker file to an approved rebalance that the overview shows."""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest

from accounts.templatetags.formats import money
from holdings.sample.prices import read_closes
from tests.prepared import PreparedSites
from tests.site_caller import Caller, Json
from tests.site_process import wait_until

FILE = Path(__file__).parent / "fixtures" / "schwab_december.csv"
CENT = Decimal("0.01")

pytestmark = pytest.mark.slow


@pytest.fixture
def caller(world: str, prepared: PreparedSites) -> Iterator[Caller]:
    with prepared.serving(world) as site:
        yield Caller(site).sign_in()


def test_from_a_broker_file_to_an_approved_rebalance(caller: Caller, figure: Callable[[str], None]) -> None:
    start = time.monotonic()
    imports_a_file(caller)
    saves_a_policy(caller)
    proposal = asks_for_a_proposal(caller)
    before = held(caller)
    approves_all(caller, proposal)
    fills_on_paper(caller)
    seconds = time.monotonic() - start
    lots_and_cash_moved_as_filled(caller, before)
    the_figures_agree(caller)
    database = "PostgreSQL" if "DATABASE_URL" in caller.site.world else "SQLite"
    figure(f"main job over HTTP: {seconds:.1f} s on {database}")


def imports_a_file(caller: Caller) -> None:
    """Preview, confirm, and once more: the second time nothing is new."""
    account, cash = taxable(caller)["uuid"], Decimal(taxable(caller)["cash"])
    batch = caller.upload(account, FILE.name, FILE.read_bytes())
    assert [row["status"] for row in caller.get(f"imports/{batch['uuid']}/rows")] == ["ready"] * 5
    for _ in range(2):
        assert caller.post(f"imports/{batch['uuid']}/confirm")["status"] == "confirmed"
    assert Decimal(taxable(caller)["cash"]) - cash == Decimal("3748.97")
    again = caller.upload(account, FILE.name, FILE.read_bytes())
    assert {row["status"] for row in caller.get(f"imports/{again['uuid']}/rows")} == {"duplicate"}
    wait_until(lambda: all(row["stale_from"] is None for row in caller.get("accounts")))


def taxable(caller: Caller) -> Json:
    return next(row for row in caller.get("accounts") if row["kind"] == "taxable")


def saves_a_policy(caller: Caller) -> None:
    newest = caller.get("policies")[0]
    for row in newest["constraints"]:
        if row["kind"] == "sector_weight" and row["subject"] == "energy":
            row["high"] = "0.1"
    saved = caller.post("policies", 201, **newest | {"reason": "A little more energy"})
    assert saved["number"] == newest["number"] + 1


def asks_for_a_proposal(caller: Caller) -> Json:
    run = caller.propose()
    assert (run["status"], run["attempt"], run["error"]) == ("done", 1, "")
    proposal = caller.get(f"proposals/{run['proposal']}")
    assert proposal["status"] == "open"
    assert proposal["trades"]
    return proposal


def held(caller: Caller) -> dict[tuple[str, str], Decimal]:
    """Shares by account and instrument, and cash by account."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for lot in caller.get("lots"):
        found[lot["account"], lot["instrument"]] += Decimal(lot["quantity"])
    return found | {(row["uuid"], "cash"): Decimal(row["cash"]) for row in caller.get("accounts")}


def approves_all(caller: Caller, proposal: Json) -> None:
    address = f"proposals/{proposal['number']}/decide"
    made = caller.post(address, approved=[trade["uuid"] for trade in proposal["trades"]])
    assert len(made) == len(proposal["trades"])
    again = caller.post(address, 400, approved=[proposal["trades"][0]["uuid"]])
    assert "Nothing was changed" in again["detail"][0]
    assert caller.get(f"proposals/{proposal['number']}")["status"] == "decided"


def fills_on_paper(caller: Caller) -> None:
    assert {order["status"] for order in caller.post("orders/paper-fill")} == {"filled"}
    assert caller.post("orders/paper-fill") == []


def lots_and_cash_moved_as_filled(caller: Caller, before: dict[tuple[str, str], Decimal]) -> None:
    expected = defaultdict(Decimal, before)
    for order in caller.get("orders"):
        sign = -1 if order["side"] == "sell" else 1
        for fill in order["fills"]:
            quantity, price = Decimal(fill["quantity"]), Decimal(fill["price"])
            expected[order["account"], order["instrument"]] += sign * quantity
            expected[order["account"], "cash"] -= sign * (quantity * price).quantize(CENT) + Decimal(fill["fees"])
    assert held(caller) == {place: amount for place, amount in expected.items() if amount or place[1] == "cash"}


def the_figures_agree(caller: Caller) -> None:
    """Lots at last closes and cash are what the overview shows; the transactions add up to the cash."""
    closes = {symbol: series[-1][1] for symbol, series in read_closes().items()}
    worth = sum(Decimal(lot["quantity"]) * closes[lot["symbol"]] for lot in caller.get("lots"))
    cash = {row["uuid"]: Decimal(row["cash"]) for row in caller.get("accounts")}
    shown = unescape(re.sub(r"<[^>]+>", "", re.search(r"<h1.*?</h1>", caller.page(), re.S)[0])).strip()
    assert shown == money(worth + sum(cash.values()), "USD")
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for row in caller.get("transactions"):
        booked[row["account"]] += Decimal(row["cash"])
    assert booked == cash
