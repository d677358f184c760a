"""Alerts: each thing once, by the channels that a member wants, and never into a private network."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Activity
from holdings.models import PriceFinding
from optimizer.models import Alert, AlertSetting, Delivery, Proposal, Webhook
from optimizer.services import halts
from optimizer.services.alerts import rows, webhook
from optimizer.services.alerts.collect import collect
from optimizer.services.alerts.deliver import deliver
from tests import factories
from tests.optimizer import plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    return plans.case()


def told(case: plans.Case) -> list[tuple[str, str]]:
    return [(alert.kind, alert.sentence) for alert in collect(case.house)]


def told_one(case: plans.Case, kind: str = "halt") -> Alert:
    [alert] = rows.tell(case.house, [rows.Told(kind, "1", "Something happened.", "/h/1/halts")])
    return alert


# What is told


def test_a_drafted_proposal_is_told_once_and_one_that_was_asked_for_is_not(case) -> None:
    proposal = plans.proposal(case)
    Proposal.objects.update(expires_on=factories.AS_OF + dt.timedelta(9))
    assert told(case) == []
    Proposal.objects.update(timing="Drafted because XOM is 12 points above its band.")
    said = f"Proposal {proposal.number} waits. Drafted because XOM is 12 points above its band."
    assert told(case) == [("proposal", said)]
    assert told(case) == []


def test_a_proposal_is_told_to_expire_on_the_day_before(case) -> None:
    plans.proposal(case)
    Proposal.objects.update(expires_on=factories.AS_OF + dt.timedelta(2))
    assert told(case) == []
    Proposal.objects.update(expires_on=factories.AS_OF + dt.timedelta(1))
    assert told(case) == [("expiring", "Proposal 1 may be decided until 29 Dec 2022 only.")]


def test_a_halt_a_failed_run_and_prices_that_hold_back_are_told(case) -> None:
    halts.halt(household=case.house, user=case.alice, reason="I am moving house.")
    plans.fail_run(case)
    PriceFinding.objects.create(
        instrument=case.xom,
        kind="stale",
        first=dt.date(2022, 12, 20),
        last=dt.date(2022, 12, 28),
        detail={"since": "2022-12-20", "sessions": 5},
    )
    assert sorted(told(case)) == [
        ("data", "XOM: No price since 20 Dec 2022: 5 sessions late. It holds back trades of XOM. "
         "Its value stands at the last close."),
        ("failed", "Proposal failed: No price for ZZZZ."),
        ("halt", "Automated proposals were halted. I am moving house."),
    ]  # fmt: skip
    assert told(case) == []


def test_a_window_is_told_to_end_two_days_before(case) -> None:
    factories.sell(case.account, case.xom, "10", "60", dt.date(2022, 11, 29))
    assert [kind for kind, _ in told(case)] == ["wash"]
    assert "XOM may be bought again from 30 Dec 2022" in Alert.objects.get().sentence


def test_nobody_is_told_of_another_household(case) -> None:
    halts.halt(household=case.house, user=case.alice, reason="Wait.")
    other = factories.household(factories.user("bob"))
    assert collect(other) == []


# By e-mail


def test_what_is_urgent_comes_at_once_and_once(case) -> None:
    told_one(case)
    assert deliver() == 1
    assert deliver() == 0
    [letter] = mail.outbox
    assert (letter.to, letter.subject) == (["alice@example.com"], "Ballast: automated proposals were halted")
    assert "Something happened.\nhttp" in letter.body


def test_the_rest_comes_once_a_day_in_one_letter(case) -> None:
    found = [rows.Told("failed", str(n), f"Run {n} failed.", "/r") for n in range(3)]
    rows.tell(case.house, found)
    assert deliver() == 0
    Delivery.objects.update(due_at=timezone.now())
    assert deliver() == 3
    assert [letter.subject for letter in mail.outbox] == ["Ballast: 3 alerts"]


def test_digests_leave_at_the_hour_of_the_site() -> None:
    at = dt.datetime(2022, 12, 28, 6, 59, tzinfo=dt.UTC)
    assert rows.next_digest(at) == dt.datetime(2022, 12, 28, 7, tzinfo=dt.UTC)
    assert rows.next_digest(at + dt.timedelta(minutes=1)) == dt.datetime(2022, 12, 29, 7, tzinfo=dt.UTC)


def test_a_member_may_hear_nothing_and_another_everything(case) -> None:
    factories.join(case.house, "bob", "member")
    AlertSetting.objects.create(household=case.house, user=case.alice, kind="halt", email="off")
    told_one(case)
    deliver()
    assert [letter.to for letter in mail.outbox] == [["bob@example.com"]]


def test_a_letter_that_did_not_leave_is_tried_again_and_given_up_in_the_end(case, monkeypatch) -> None:
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    told_one(case)
    for _ in range(8):
        Delivery.objects.update(due_at=timezone.now())
        assert deliver() == 0
    row = Delivery.objects.get()
    assert (row.status, row.attempts, row.error) == ("failed", 6, "OSError: no route")


def refuse(*args: object) -> int:
    raise OSError("no route")


# By webhook


class Receiver(HTTPServer):
    """A program of the user's that keeps what it got and answers as it is told."""

    answers: list[int]
    got: list[tuple[dict[str, str], bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Tests print nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver(("127.0.0.1", 0), Handler)
    server.answers, server.got = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def hook(case, receiver, settings) -> Webhook:
    settings.WEBHOOK_PRIVATE = True
    AlertSetting.objects.create(household=case.house, user=case.alice, kind="halt", email="off")
    url = f"http://127.0.0.1:{receiver.server_port}/told?by=ballast"
    return Webhook.objects.create(household=case.house, user=case.alice, url=url)


def test_a_webhook_is_signed_so_that_its_receiver_can_tell(case, receiver, hook) -> None:
    alert = told_one(case)
    assert deliver() == 1
    [(headers, body)] = receiver.got
    signed = hmac.new(hook.secret.encode(), headers["X-Ballast-Timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["X-Ballast-Signature"] == f"sha256={signed.hexdigest()}"
    content = json.loads(body)
    assert (content["kind"], content["alert"], content["sentence"]) == ("halt", str(alert.uuid), "Something happened.")
    assert headers["Idempotency-Key"] == content["delivery"]


def test_it_is_tried_again_with_the_same_key_until_it_is_taken(case, receiver, hook) -> None:
    receiver.answers = [500, 302]
    told_one(case)
    for sent in (0, 0, 1, 0):
        assert deliver() == sent
        Delivery.objects.update(due_at=timezone.now())
    assert len({headers["Idempotency-Key"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 3


def test_between_two_attempts_there_is_a_pause(case, receiver, hook) -> None:
    receiver.answers = [500]
    told_one(case)
    deliver()
    assert deliver() == 0
    row = Delivery.objects.get()
    assert row.due_at > timezone.now() + dt.timedelta(seconds=50)
    assert row.error == "127.0.0.1 answered 500."


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://10.0.0.8/x",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://localhost/",
    ],
)
def test_no_webhook_goes_into_a_private_network(url: str) -> None:
    with pytest.raises(webhook.Refused, match="private network"):
        webhook.post(url, "secret", {}, "key")


@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com/", "https://", "https://u:p@example.com", "x"]
)
def test_only_plain_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(webhook.Refused, match="https://"):
        webhook.checked(url)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_public(address: str) -> None:
    assert webhook.is_public(address)


def test_another_address_gets_another_secret_and_the_same_keeps_its_own(case) -> None:
    def save(url: str) -> str:
        rows.save_settings(household=case.house, user=case.alice, chosen={}, url=url)
        return Webhook.objects.get().secret

    first = save("https://example.com/a")
    assert save("https://example.com/a") == first
    assert save("https://example.com/b") != first


def test_reading_is_done_once(case) -> None:
    alert = told_one(case)
    assert rows.read(household=case.house, user=case.alice, alerts=[alert]) == 1
    assert rows.read(household=case.house, user=case.alice, alerts=[alert]) == 0


def test_many_things_for_many_members_are_told_by_as_many_queries_as_one(case) -> None:
    def few(count: int) -> int:
        new = [rows.Told("halt", f"{count} {n}", "Something happened.", "/h/1/halts") for n in range(count)]
        with CaptureQueriesContext(connection) as queries:
            rows.tell(case.house, new)
        return len(queries)

    one = few(1)
    for name in ("bob", "carol", "dave"):
        factories.join(case.house, name, "member")
    assert few(20) == one
    assert Delivery.objects.count() == 1 + 20 * 4


def test_saving_settings_that_are_the_same_is_no_activity(case) -> None:
    chosen = {kind: (row.email, row.webhook) for kind, row in rows.settings_of(case.house, case.alice).items()}
    for url in ("", "https://example.com/a", "https://example.com/a"):
        rows.save_settings(household=case.house, user=case.alice, chosen=chosen, url=url)
    assert [row.fields for row in Activity.objects.filter(verb="alerts.set")] == [["webhook"]]
    rows.save_settings(
        household=case.house, user=case.alice, chosen=chosen | {"halt": ("off", False)}, url="https://example.com/a"
    )
    assert Activity.objects.filter(verb="alerts.set").latest("seq").fields == ["halt"]
