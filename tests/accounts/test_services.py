import datetime as dt
from decimal import Decimal

import pytest

from accounts import services
from accounts.models import Activity, ApiToken, Goal
from tests import factories

pytestmark = pytest.mark.django_db


def verbs(house) -> list[str]:
    return list(Activity.objects.filter(household_uuid=house.uuid).values_list("verb", flat=True))


def test_a_new_household_has_an_owner_a_person_and_a_tax_profile() -> None:
    house = factories.household()
    assert house.memberships.get().role == "owner"
    assert house.persons.get().name == "Ana"
    assert house.tax_profile.country == "US"


def test_saving_a_goal_logs_the_names_of_changed_fields_only() -> None:
    house, alice = factories.household(), factories.user()
    fields = {"name": "Retire", "amount": Decimal(2_000_000), "date": dt.date(2036, 1, 1), "horizon_years": 13}
    goal = services.save_goal(household=house, user=alice, goal=Goal(), fields=fields)
    services.save_goal(household=house, user=alice, goal=goal, fields=fields | {"amount": Decimal(1_500_000)})
    line = Activity.objects.filter(household_uuid=house.uuid).last()
    assert (line.verb, line.fields) == ("goal.changed", ["amount"])


def test_saving_an_unchanged_goal_logs_nothing() -> None:
    house, alice = factories.household(), factories.user()
    fields = {"name": "Retire", "amount": Decimal(2), "date": dt.date(2036, 1, 1), "horizon_years": 13}
    goal = services.save_goal(household=house, user=alice, goal=Goal(), fields=fields)
    services.save_goal(household=house, user=alice, goal=goal, fields=fields)
    assert verbs(house).count("goal.changed") == 0


def test_archiving_a_goal_twice_logs_once() -> None:
    house, alice = factories.household(), factories.user()
    fields = {"name": "Retire", "amount": Decimal(2), "date": dt.date(2036, 1, 1), "horizon_years": 13}
    goal = services.save_goal(household=house, user=alice, goal=Goal(), fields=fields)
    services.archive_goal(goal=goal, user=alice)
    services.archive_goal(goal=goal, user=alice)
    assert verbs(house).count("goal.archived") == 1


def test_a_token_is_stored_as_a_digest_only() -> None:
    house, alice = factories.household(), factories.user()
    token, secret = services.issue_token(household=house, user=alice, name="script", scope="read")
    assert secret not in str(ApiToken.objects.values().get(pk=token.pk))
    assert token.digest == services.token_digest(secret)


def test_the_tax_profile_keeps_exact_rates() -> None:
    house, alice = factories.household(), factories.user()
    services.save_tax_profile(household=house, user=alice, fields={"state_rate": Decimal("0.0495")})
    house.tax_profile.refresh_from_db()
    assert house.tax_profile.state_rate == Decimal("0.0495")
