"""Sign-in, security and error pages, in our look and our words."""

import pyotp
import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import User

PASSWORD = "seven wet stones"
pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    user = User.objects.create_user("ana@hale.example", PASSWORD)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def inside(client: Client, ana: User) -> Client:
    """Signed in and confirmed just now, so nothing asks again."""
    client.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize("name", ["start", "account_login", "account_signup", "account_reset_password"])
def test_the_ways_in_are_open_pages_with_one_heading(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert "Decision support, not advice" in page
    assert "please" not in page.lower()


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_activate_totp", "account_email", "account_change_password", "account_logout"],
)
def test_security_pages_are_in_our_words(inside: Client, name: str) -> None:
    page = inside.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert "please" not in page.lower()
    assert "are you sure" not in page.lower()


def test_a_failed_sign_in_keeps_the_address_and_says_why(client: Client, ana: User) -> None:
    page = client.post(reverse("account_login"), {"login": ana.email, "password": "wrong"}).content.decode()
    assert f'value="{ana.email}"' in page
    assert 'role="alert"' in page


def test_a_field_error_is_tied_to_its_field(client: Client) -> None:
    page = client.post(
        reverse("account_signup"), {"email": "bo@hale.example", "password1": "12345", "password2": "12345"}
    ).content.decode()
    assert 'id="id_password1_error"' in page
    assert "too short" in page


def test_the_authenticator_is_switched_on_asked_for_and_switched_off(inside: Client, ana: User) -> None:
    secret = inside.get(reverse("mfa_activate_totp")).context["form"].secret
    inside.post(reverse("mfa_activate_totp"), {"code": pyotp.TOTP(secret).now()})
    assert "10 of 10 are unused" in inside.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert "10 unused codes would stop working" in inside.get(reverse("mfa_generate_recovery_codes")).content.decode()

    stranger = Client()
    page = stranger.post(reverse("account_login"), {"login": ana.email, "password": PASSWORD}, follow=True)
    assert "Second step" in page.content.decode()
    assert stranger.get(reverse("mfa_index")).status_code == 302

    assert "Switch off the authenticator" in inside.get(reverse("mfa_deactivate_totp")).content.decode()
    inside.post(reverse("mfa_deactivate_totp"))
    assert "Off: a password alone" in inside.get(reverse("mfa_index")).content.decode()


def test_a_missing_page_says_what_it_may_be(client: Client) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert "a household that you are not a member of" in response.content.decode()


def test_a_form_without_its_token_is_refused_in_words(ana: User) -> None:
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": ana.email})
    assert response.status_code == 403
    assert "This form is no longer valid" in response.content.decode()
