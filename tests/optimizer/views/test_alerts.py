"""The list of alerts, their count in the bar, and a member's own settings."""

from __future__ import annotations

import pytest
from django.test import Client

from optimizer.models import Alert, Webhook
from optimizer.services.alerts import rows
from tests import factories
from tests.optimizer import plans
from tests.optimizer.views.visits import address, form_of, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> plans.Case:
    made = plans.case()
    rows.tell(made.house, [rows.Told("failed", str(n), f"Run {n} failed.", "/r") for n in range(3)])
    return made


@pytest.fixture
def alice(case: plans.Case) -> Client:
    return visitor(case.alice)


def text(client: Client, case: plans.Case, name: str) -> str:
    return client.get(address(case.house, name)).content.decode()


def test_alerts_are_counted_in_the_bar_until_they_are_read(case, alice) -> None:
    assert '3<span class="visually-hidden"> unread' in text(alice, case, "overview")
    one = Alert.objects.latest("id")
    alice.post(address(case.house, "alerts_read"), {"alert": str(one.uuid)})
    assert Alert.objects.filter(read_at__isnull=True).count() == 2
    alice.post(address(case.house, "alerts_read"))
    assert "bar-alerts" not in text(alice, case, "overview")
    assert "All are read." in text(alice, case, "alerts")


def test_the_list_costs_the_same_however_many_there_are(case, alice, django_assert_max_num_queries) -> None:
    rows.tell(case.house, [rows.Told("data", str(n), f"Price {n} is late.", "/d") for n in range(60)])
    with django_assert_max_num_queries(7):
        assert "Price 59 is late." in text(alice, case, "alerts")


def test_settings_are_a_member_s_own(case, alice) -> None:
    url = address(case.house, "alert_settings")
    chosen = {f"email_{kind}": "once" for kind in Alert.Kind.values}
    typed = form_of(alice, url) | chosen | {"url": "https://example.com/told", "webhook_halt": "on"}
    assert alice.post(url, typed).status_code == 302
    stored = rows.settings_of(case.house, case.alice)
    halt, failed = stored["halt"], stored["failed"]
    assert (halt.email, halt.webhook, failed.webhook) == ("once", True, False)
    assert Webhook.objects.get().secret in text(alice, case, "alert_settings")
    bob = visitor(factories.join(case.house, "bob", "read_only"))
    assert Webhook.objects.get().secret not in text(bob, case, "alert_settings")


def test_an_address_without_encryption_is_refused_in_words(case, alice) -> None:
    url = address(case.house, "alert_settings")
    page = alice.post(url, form_of(alice, url) | {"url": "http://example.com"}).content.decode()
    assert "begins with https://" in page
    assert not Webhook.objects.exists()


def test_who_only_looks_marks_nothing_and_a_stranger_finds_nothing(case) -> None:
    reader, stranger = visitor(factories.join(case.house, "bob", "adviser")), visitor(factories.user("charlie"))
    assert reader.post(address(case.house, "alerts_read")).status_code == 403
    assert "Run 1 failed." in text(reader, case, "alerts")
    assert stranger.get(address(case.house, "alerts")).status_code == 404


def test_alerts_are_read_over_the_api_once(case, alice) -> None:
    url = f"/api/v1/households/{case.house.uuid}/alerts"
    found = alice.get(url).json()["results"]
    assert [row["sentence"] for row in found] == ["Run 2 failed.", "Run 1 failed.", "Run 0 failed."]
    read = [alice.post(f"{url}/{found[0]['uuid']}/read").json()["read_at"] for _ in range(2)]
    assert read[0] == read[1] is not None
    assert visitor(factories.user("charlie")).get(url).status_code == 404
