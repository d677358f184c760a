import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from accounts import access
from accounts.models import Household, User
from tests import factories

pytestmark = pytest.mark.django_db


@access.writes
def page(request: HttpRequest, household: Household) -> HttpResponse:
    return HttpResponse(household.name)


def request_as(user: User, method: str = "get") -> HttpRequest:
    request = getattr(RequestFactory(), method)("/")
    request.user = user
    return request


def test_a_member_sees_the_page() -> None:
    house = factories.household()
    assert page(request_as(factories.user()), house.uuid).content == b"Hale"


def test_a_stranger_is_told_that_it_does_not_exist() -> None:
    house = factories.household()
    with pytest.raises(Http404):
        page(request_as(factories.user("charlie")), house.uuid)


def test_an_unknown_household_looks_the_same_as_a_foreign_one() -> None:
    with pytest.raises(Http404):
        page(request_as(factories.user()), uuid.uuid4())


@pytest.mark.parametrize("role", ["read_only", "adviser"])
def test_a_role_that_only_looks_may_not_post(role: str) -> None:
    house = factories.household()
    bob = factories.join(house, "bob", role)
    assert page(request_as(bob), house.uuid).status_code == 200
    with pytest.raises(PermissionDenied):
        page(request_as(bob, "post"), house.uuid)
