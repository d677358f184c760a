from __future__ import annotations

from django.db import models


class Activity(models.Model):
    """One line of a household's append-only log, chained by hash. Ids, verbs and field names; no personal data.

    It has no foreign key, so that no deletion elsewhere can touch it; triggers refuse UPDATE and DELETE.
    """

    household_uuid = models.UUIDField()
    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=40, help_text="user:<id>, token:<id> or system")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True, help_text="model:<uuid>")
    fields = models.JSONField(default=list)
    content_hash = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["household_uuid", "seq"]
        constraints = [models.UniqueConstraint(fields=["household_uuid", "seq"], name="activity_seq_unique")]
        verbose_name_plural = "activities"

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"
