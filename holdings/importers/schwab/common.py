"""What Schwab's files have in common."""

import re

from holdings.importers.base import AccountHint

_MASKED = re.compile(r"(?P<name>.*?)\s*(?:[.X]{2,}[-.X]*(?P<end>[0-9]*))?")


def account_hint(text: str) -> AccountHint:
    """`General Investing ...123`, `XXXX-4321` or a bare name."""
    match = _MASKED.fullmatch(text.strip())
    return AccountHint(match["name"], match["end"] or "") if match else AccountHint(text.strip(), "")
