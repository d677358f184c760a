from __future__ import annotations

import uuid

from django.db import models


class PublicModel(models.Model):
    """A row that URLs name: by its UUID, never by its number."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        abstract = True
