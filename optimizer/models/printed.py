from __future__ import annotations

from django.db import models
from django.utils import timezone

from accounts.models import Household, Run
from accounts.models.base import PublicModel


class PrintedReport(PublicModel):
    """A report as a PDF that a worker typeset. Equal sheets are typeset once; the file never changes."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="printed_reports")
    subject = models.CharField(max_length=40, help_text="quarter:2022-Q4 or proposal:3.")
    title = models.CharField(max_length=80)
    until = models.DateField(help_text="The last day that it knows.")
    sheet_hash = models.CharField(max_length=64, help_text="SHA-256 of what it says.")
    run = models.ForeignKey(Run, null=True, on_delete=models.SET_NULL, related_name="printed_reports")
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text="Bytes.")
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(fields=["household", "subject", "sheet_hash"], name="printed_report_unique")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.made_at:%Y-%m-%d}"
