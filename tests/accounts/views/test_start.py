"""The way in: start page, demo, sign-up to the first household."""

import pytest
from django.test import Client

from accounts.models import Household, User
from accounts.views.start import DEMO_USER
from tests import factories
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings) -> Household:
    settings.DEMO = True
    return factories.household(User.objects.create_user(DEMO_USER, factories.PASSWORD))


def text(client: Client, url: str = "/") -> str:
    return client.get(url).content.decode()


def test_on_a_first_run_the_demo_is_the_one_primary_button(demo: Household) -> None:
    page = text(Client())
    assert "Hold the mix you chose." in page
    assert page.count("button primary") == 1
    assert "Sign in</h2>" not in page


def test_with_people_on_the_site_signing_in_is_primary(demo: Household) -> None:
    factories.user()
    page = text(Client())
    assert "Open the demo" in page
    assert page.count("button primary") == 1
    assert 'type="password"' in page


def test_the_demo_opens_in_one_click(demo: Household) -> None:
    client = Client()
    page = client.post("/demo", follow=True)
    assert page.redirect_chain[-1][0] == address(demo, "overview")


def test_the_demo_is_a_post(demo: Household) -> None:
    assert Client().get("/demo").status_code == 405


def test_the_demo_is_no_way_round_the_forgery_check(demo: Household) -> None:
    assert Client(enforce_csrf_checks=True).post("/demo").status_code == 403


def test_a_site_without_a_demo_offers_none() -> None:
    User.objects.create_user(DEMO_USER, factories.PASSWORD)
    assert "Open the demo" not in text(Client())
    assert Client().post("/demo").status_code == 404


def test_a_demo_that_was_never_loaded_is_not_found(settings) -> None:
    settings.DEMO = True
    assert Client().post("/demo").status_code == 404


def test_who_is_signed_in_goes_to_the_first_household() -> None:
    house = factories.household()
    assert visitor(factories.user()).get("/")["Location"] == address(house, "overview")


def test_who_has_no_household_is_asked_for_one() -> None:
    assert visitor(factories.user()).get("/")["Location"] == "/households/new"


def test_signing_up_leads_to_the_first_household() -> None:
    client = Client()
    word = factories.PASSWORD
    client.post("/accounts/signup/", {"email": "dora@example.com", "password1": word, "password2": word})
    assert client.get("/")["Location"] == "/households/new"
    response = client.post("/households/new", {"name": "Marsh", "person": "Dora"})
    house = Household.objects.get()
    assert response["Location"] == address(house, "overview")
    assert (house.name, house.persons.get().name, house.kind) == ("Marsh", "Dora", "real")


def test_a_second_click_makes_no_second_household() -> None:
    alice = visitor(factories.user())
    fields = {"name": "Hale", "person": "Ana"}
    alice.post("/households/new", fields)
    page = alice.post("/households/new", fields).content.decode()
    assert "You have a household called Hale already." in page
    assert 'value="Ana"' in page
    assert Household.objects.count() == 1


def test_the_switch_shows_ones_own_households_only() -> None:
    house = factories.household()
    factories.household(factories.user("charlie"))
    page = text(visitor(factories.user()), "/households")
    assert address(house, "overview") in page
    assert page.count('scope="row"') == 1


def test_without_a_household_the_switch_offers_the_first() -> None:
    assert "No household yet" in text(visitor(factories.user()), "/households")


@pytest.mark.parametrize("url", ["/households", "/households/new"])
def test_households_are_for_those_who_are_signed_in(url: str) -> None:
    assert Client().get(url)["Location"] == f"/accounts/login/?next={url}"


def test_many_households_take_no_more_queries(django_assert_num_queries) -> None:
    for _ in range(8):
        factories.household()
    alice = visitor(factories.user())
    with django_assert_num_queries(3):
        text(alice, "/households")
