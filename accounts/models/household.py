from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models

from accounts.clock import today
from accounts.models.base import PublicModel


class Household(PublicModel):
    """One tax filing unit, and the boundary of access."""

    class Kind(models.TextChoices):
        REAL = "real", "Real"
        PAPER = "paper", "Paper"

    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.REAL)
    base_currency = models.CharField(max_length=3, default="USD")
    clock = models.DateField(null=True, blank=True, help_text="A fixed date, or empty for the live clock.")
    created_at = models.DateTimeField(auto_now_add=True)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="households")

    def __str__(self) -> str:
        return self.name

    @property
    def as_of(self) -> dt.date:
        return self.clock or today()

    @property
    def is_paper(self) -> bool:
        return self.kind == self.Kind.PAPER


class Person(PublicModel):
    """Somebody of the household: each brokerage account has one as its owner."""

    class Relation(models.TextChoices):
        SELF = "self", "Self"
        SPOUSE = "spouse", "Spouse"
        DEPENDANT = "dependant", "Dependant"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="persons")
    name = models.CharField(max_length=80)
    relation = models.CharField(max_length=12, choices=Relation, default=Relation.SELF)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user's role in a household."""

    class Role(models.TextChoices):
        OWNER = "owner", "Owner"
        MEMBER = "member", "Member"
        ADVISER = "adviser", "Adviser"
        READ_ONLY = "read_only", "Read only"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role, default=Role.OWNER)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "user"], name="membership_unique")]

    def __str__(self) -> str:
        return f"{self.role} of household {self.household_id}"

    @property
    def may_write(self) -> bool:
        return self.role in {self.Role.OWNER, self.Role.MEMBER}
