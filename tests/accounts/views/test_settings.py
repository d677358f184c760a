"""Settings: persons, members, and tokens whose secret is shown once."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import ApiToken, Household
from tests import factories
from tests.optimizer.views.visits import address, visitor

pytestmark = pytest.mark.django_db
TOKEN = {"name": "laptop", "scope": "read", "days": "90"}


@pytest.fixture
def house() -> Household:
    return factories.household()


@pytest.fixture
def alice(house: Household) -> Client:
    return visitor(factories.user())


def text(client: Client, house: Household) -> str:
    response = client.get(address(house, "settings"))
    assert response.status_code == 200
    return response.content.decode()


def test_it_shows_persons_members_and_the_ways_on(house: Household, alice: Client) -> None:
    factories.join(house, "bob", "adviser")
    page = text(alice, house)
    for words in ("Ana", "alice@example.com", "Adviser", "/accounts/2fa/", "/households", "Stands at 28 Dec 2022"):
        assert words in page


def test_a_person_is_added_once(house: Household, alice: Client) -> None:
    fields = {"name": "Tom", "relation": "spouse"}
    alice.post(address(house, "person_add"), fields)
    page = alice.post(address(house, "person_add"), fields).content.decode()
    assert "Tom is in the household already." in page
    assert house.persons.filter(name="Tom", relation="spouse").count() == 1


def test_there_is_one_spouse(house: Household, alice: Client) -> None:
    alice.post(address(house, "person_add"), {"name": "Tom", "relation": "spouse"})
    page = alice.post(address(house, "person_add"), {"name": "Tim", "relation": "spouse"}).content.decode()
    assert "Tom is the spouse. Choose another relation, or change the name." in page
    assert house.persons.count() == 2


def test_a_new_secret_is_shown_once_and_never_stored(house: Household, alice: Client) -> None:
    alice.post(address(house, "token_issue"), TOKEN)
    page = text(alice, house)
    secret = page.split("<code>")[1].split("</code>")[0]
    assert ApiToken.objects.get().digest == services.token_digest(secret)
    assert secret not in text(alice, house)


def test_the_page_with_the_secret_is_kept_by_no_cache(house: Household, alice: Client) -> None:
    alice.post(address(house, "token_issue"), TOKEN)
    assert "no-store" in alice.get(address(house, "settings"))["Cache-Control"]


def test_a_token_ends_when_it_was_said_to(house: Household, alice: Client) -> None:
    alice.post(address(house, "token_issue"), TOKEN)
    alice.post(address(house, "token_issue"), TOKEN | {"name": "server", "days": ""})
    server, laptop = ApiToken.objects.all()
    assert laptop.expires_at is not None
    assert abs(laptop.expires_at - timezone.now() - dt.timedelta(days=90)) < dt.timedelta(minutes=1)
    assert server.expires_at is None


def test_a_second_click_issues_no_second_token(house: Household, alice: Client) -> None:
    alice.post(address(house, "token_issue"), TOKEN)
    page = alice.post(address(house, "token_issue"), TOKEN).content.decode()
    assert "You have a token called laptop." in page
    assert ApiToken.objects.count() == 1


def test_a_token_is_revoked(house: Household, alice: Client) -> None:
    token, _ = services.issue_token(household=house, user=factories.user(), name="old", scope="write")
    alice.post(address(house, "token_revoke", token=token.uuid))
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "No token yet." in text(alice, house)


def test_an_expired_token_says_so(house: Household, alice: Client) -> None:
    yesterday = timezone.now() - dt.timedelta(days=1)
    services.issue_token(household=house, user=factories.user(), name="old", scope="read", expires_at=yesterday)
    assert "Expired" in text(alice, house)


def test_another_members_token_is_neither_shown_nor_revoked(house: Household, alice: Client) -> None:
    bob = factories.join(house, "bob", "member")
    token, _ = services.issue_token(household=house, user=bob, name="bobs", scope="read")
    assert "bobs" not in text(alice, house)
    assert alice.post(address(house, "token_revoke", token=token.uuid)).status_code == 404


@pytest.mark.parametrize(
    ("name", "fields"), [("person_add", {"name": "Tom", "relation": "spouse"}), ("token_issue", TOKEN)]
)
def test_who_may_change_something(house: Household, name: str, fields: dict[str, str]) -> None:
    bob, charlie = visitor(factories.join(house, "bob", "read_only")), visitor(factories.user("charlie"))
    assert "Add a person" not in text(bob, house)
    assert bob.post(address(house, name), fields).status_code == 403
    assert charlie.post(address(house, name), fields).status_code == 404
    assert charlie.get(address(house, "settings")).status_code == 404


def test_many_persons_and_tokens_take_no_more_queries(
    house: Household, alice: Client, django_assert_num_queries
) -> None:
    for number in range(8):
        services.add_person(household=house, user=factories.user(), name=f"Child {number}", relation="dependant")
        services.issue_token(household=house, user=factories.user(), name=f"t{number}", scope="read")
    with django_assert_num_queries(7):
        text(alice, house)
