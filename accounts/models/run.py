from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.base import PublicModel
from accounts.models.household import Household


class Run(PublicModel):
    """A job. The row is the job; the message that a worker receives only says "look"."""

    class Kind(models.TextChoices):
        PROPOSE = "propose", "Proposal"
        ALTERNATIVES = "alternatives", "Alternatives"
        IMPORT = "import", "Import"
        REPORT = "report", "Report"
        EVIDENCE = "evidence", "Evidence"
        PDF = "pdf", "PDF"
        WATCH = "watch", "Watch"

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="runs")
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="children", help_text="The run that it is a part of."
    )
    pending = models.PositiveSmallIntegerField(default=0, help_text="Children that it waits for.")
    kind = models.CharField(max_length=16, choices=Kind)
    subject = models.CharField(max_length=80, blank=True, help_text="What it is about, where a kind has many.")
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    idempotency_key = models.UUIDField(default=uuid.uuid4)
    params = models.JSONField(default=dict)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True, help_text="Names the attempt that may write results.")
    heartbeat_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=40, blank=True)
    progress = models.FloatField(default=0.0, help_text="0 to 1.")
    snapshot = models.TextField(blank=True, help_text="Canonical JSON of what was computed from.")
    snapshot_hash = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True, help_text="For the user: what failed and what to do.")
    detail = models.JSONField(default=dict, help_text="Conflicts of an infeasible policy.")

    class Meta:
        db_table = "optimizer_run"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["status", "heartbeat_at"])]
        constraints = [
            models.UniqueConstraint(fields=["household", "idempotency_key"], name="run_idempotent"),
            models.UniqueConstraint(
                fields=["household", "kind", "subject"],
                condition=models.Q(status__in=["queued", "running"]),
                name="run_one_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"

    @property
    def is_active(self) -> bool:
        return self.status in {self.Status.WAITING, self.Status.QUEUED, self.Status.RUNNING}
