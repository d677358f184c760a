from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models

from accounts.models.base import PublicModel
from accounts.models.household import Household


class ApiToken(PublicModel):
    """A key for the API: one user, one household, a scope; only its digest is stored."""

    class Scope(models.TextChoices):
        READ = "read", "Read"
        WRITE = "write", "Read and write"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=8, choices=Scope, default=Scope.READ)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def is_valid(self, now: dt.datetime) -> bool:
        """Whether it opens anything: neither revoked nor expired, and its user may still sign in."""
        expired = self.expires_at is not None and self.expires_at <= now
        return self.user.is_active and self.revoked_at is None and not expired
