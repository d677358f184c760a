"""Who may call the API: members of the household, by session or by token."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.access import membership
from accounts.api.authentication import TokenAuthentication
from accounts.models import ApiToken


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class HouseholdMember(BasePermission):
    """Members only, 404 for everybody else; to change something, a writing role and a writing token.

    A view that answers a POST without writing anything says so by `only_asks`.
    """

    message = "This role or token may look, but change nothing."

    def has_permission(self, request: Request, view: APIView) -> bool:
        found = membership(request.user, view.kwargs["household"])  # type: ignore[arg-type]
        token = request.auth
        if isinstance(token, ApiToken) and token.household_id != found.household_id:
            raise Http404("No such household.")
        view.household = found.household  # type: ignore[attr-defined]
        if request.method in SAFE_METHODS or getattr(view, "only_asks", False):
            return True
        return found.may_write and (not isinstance(token, ApiToken) or token.scope == ApiToken.Scope.WRITE)
