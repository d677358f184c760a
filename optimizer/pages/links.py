"""Addresses of a household's pages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Household


def link(name: str, household: Household, **kwargs: Any) -> str:
    return reverse(name, kwargs={"household": household.uuid, **kwargs})
