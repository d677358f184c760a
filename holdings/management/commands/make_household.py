"""manage.py make_household: a large household out of a seed, for benchmarks and page measurements."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User

EMAIL = "synthetic-{seed}@ballast.local"


class Command(BaseCommand):
    help = "Make a large household with made-up prices; the same size and seed make the same household."

    def add_arguments(self, parser: CommandParser) -> None:
        for name, default in (("accounts", 4), ("holdings", 50), ("transactions", 2000), ("years", 10), ("seed", 1)):
            parser.add_argument(f"--{name}", type=int, default=default)
        parser.add_argument("--currency", default="USD", help="The household's base currency.")
        parser.add_argument("--email", help="An existing user who is to own it; else one without a password is made.")

    def handle(self, *args: Any, **options: Any) -> None:
        from holdings.synthetic.household import Size, SyntheticRefused, make  # here, since it imports pandas

        names = ("accounts", "holdings", "transactions", "years", "seed", "currency")
        size = Size(**{name: options[name] for name in names})
        if min(size.accounts, size.holdings, size.transactions, size.years) < 1:
            raise CommandError("Accounts, holdings, transactions and years are at least 1 each.")
        try:
            household = make(user=_owner(options["email"], size.seed), size=size)
        except SyntheticRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Made {household.name}: {household.uuid}")


def _owner(email: str | None, seed: int) -> User:
    if email is None:
        return User.objects.get_or_create(email=EMAIL.format(seed=seed))[0]
    found = User.objects.filter(email=email).first()
    if found is None:
        raise CommandError(f"No user has the address {email}.")
    return found
