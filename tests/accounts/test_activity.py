import pytest
from django.db import DatabaseError, connection, transaction

from accounts import activity, triggers
from accounts.models import Activity, Household
from tests import factories

pytestmark = pytest.mark.django_db


def test_lines_are_numbered_and_chained_by_household() -> None:
    house = factories.household()
    line = activity.record(household=house, user=None, verb="policy.saved")
    before = Activity.objects.get(household_uuid=house.uuid, seq=line.seq - 1)
    assert line.prev_hash == before.hash
    assert activity.first_broken(house.uuid) is None


def test_another_household_has_a_chain_of_its_own() -> None:
    factories.household()
    other = factories.household(factories.user("bob"))
    assert Activity.objects.filter(household_uuid=other.uuid).first().seq == 1


@pytest.mark.parametrize("statement", ["UPDATE accounts_activity SET verb = 'x'", "DELETE FROM accounts_activity"])
def test_the_database_refuses_to_change_a_line(statement: str) -> None:
    factories.household()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_forged_line_breaks_the_chain_at_its_number() -> None:
    house = factories.household()
    line = activity.record(household=house, user=None, verb="policy.saved")
    triggers.drop(connection)
    Activity.objects.filter(pk=line.pk).update(verb="nothing.happened")
    triggers.install(connection)
    assert activity.first_broken(house.uuid) == line.seq


def test_a_line_names_the_actor_by_number_and_holds_no_address() -> None:
    alice = factories.user()
    house = factories.household(alice)
    line = Activity.objects.get(household_uuid=house.uuid)
    assert line.actor == f"user:{alice.pk}"
    assert "alice" not in str(vars(line))


def record_and_fail(house: Household) -> None:
    with transaction.atomic():
        activity.record(household=house, user=None, verb="policy.saved")
        raise RuntimeError("the change failed")


def test_a_change_that_fails_leaves_no_line() -> None:
    house = factories.household()
    lines = Activity.objects.count()
    with pytest.raises(RuntimeError):
        record_and_fail(house)
    assert Activity.objects.count() == lines
