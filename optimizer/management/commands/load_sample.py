"""manage.py load_sample: the demo household, once."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User

EMAIL = "demo@ballast.local"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is easily taken for another


def demo_password(path: Path) -> str:
    """Return the password in the file, made at the first use, readable by its owner only."""
    if not path.exists():
        word = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(word)
    return path.read_text().strip()


class Command(BaseCommand):
    help = "Load the sample household and its prices; a second run changes nothing."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.filter(email=EMAIL).exists():
            self.stdout.write("The sample household is there already.")
            return
        from holdings.sample.market import SampleRefused  # here, since it imports pandas
        from optimizer import sample

        try:
            sample.load(email=EMAIL, password=demo_password(settings.VAR_DIR / "demo-password"))
        except SampleRefused as refusal:
            raise CommandError(f"The sample was not loaded: {refusal}") from refusal
        self.stdout.write("Loaded the sample household.")
