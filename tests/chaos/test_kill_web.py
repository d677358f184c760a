"""A decision is booked whole or not at all, whenever the web server dies, and once, however often it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import requests

from tests.chaos.rows import Rows
from tests.chaos.stepping import Stepper
from tests.site_caller import Caller, Json
from tests.site_process import Site, wait_until

pytestmark = [pytest.mark.chaos, pytest.mark.slow]
BOOKED = """
SELECT (SELECT count(*) FROM optimizer_decision), (SELECT count(*) FROM optimizer_order),
       (SELECT count(*) FROM accounts_activity WHERE verb = 'trade.approved')
"""


def proposed(caller: Caller) -> tuple[str, list[str]]:
    """Where to decide a new proposal, and its trades."""
    run = caller.propose()
    assert run["status"] == "done", run
    trades = caller.get(f"proposals/{run['proposal']}")["trades"]
    return f"proposals/{run['proposal']}/decide", [trade["uuid"] for trade in trades]


def send(caller: Caller, address: str, trades: list[str]) -> Json:
    """The status of the answer, or None where the server died first."""
    try:
        return caller.api.post(caller.url(address), json={"approved": trades}, timeout=60).status_code
    except requests.RequestException:
        return None


@pytest.mark.parametrize("writes", [1, 4, 12])
def test_a_web_server_killed_while_it_writes_books_all_or_nothing(
    writes: int, site: Site, callers: list[Caller], rows: Rows, figure: Callable[[str], None]
) -> None:
    seen: list[bool] = []

    def moment() -> bool:
        if rows.is_writing():
            seen.append(True)
        return len(seen) >= writes

    outcome = decided_through_a_death(site, callers[writes % len(callers)], rows, moment)
    figure(f"web killed at slice {writes} of its writing: {outcome} booked, then all of it once")


def test_a_web_server_killed_before_it_could_answer_has_booked_all(
    site: Site, callers: list[Caller], rows: Rows
) -> None:
    before = booked(rows)
    assert decided_through_a_death(site, callers[2], rows, lambda: booked(rows) != before) == "all"


def decided_through_a_death(site: Site, caller: Caller, rows: Rows, moment: Callable[[], bool]) -> str:
    """What was booked when the web server died: all or nothing. Sent again, it is booked once."""
    address, trades = proposed(caller)
    before = booked(rows)
    whole = tuple(count + len(trades) for count in before)
    answers = killed(site, lambda: send(caller, address, trades), moment)
    outcome = {before: "nothing", whole: "all"}[booked(rows)]
    wait_until(site.is_healthy, seconds=60)
    assert answers in ([None], [200])
    assert send(caller, address, trades) in {200, 400}
    assert booked(rows) == whole
    return outcome


def booked(rows: Rows) -> tuple[int, ...]:
    """Decisions, orders, and lines of the log about them."""
    return tuple(rows.all(BOOKED)[0])


def killed(site: Site, request: Callable[[], Json], moment: Callable[[], bool]) -> list[Json]:
    """Send a request and kill the web server in a moment of its work; the answer."""
    answers: list[Json] = []
    stepper = Stepper(site.child("web"))
    thread = threading.Thread(target=lambda: answers.append(request()))
    thread.start()
    stepper.kill_when(moment, lambda: bool(answers))
    thread.join()
    return answers


def test_one_approval_sent_from_two_tabs_at_once_is_booked_once(callers: list[Caller], rows: Rows) -> None:
    caller = callers[-1]
    address, trades = proposed(caller)
    before = booked(rows)
    answers: list[Json] = []
    tabs = [threading.Thread(target=lambda: answers.append(send(caller, address, trades))) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(answers) == [200, 400]
    assert booked(rows) == tuple(count + len(trades) for count in before)
