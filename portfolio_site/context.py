"""What every household page needs for its bar and its foot."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import Membership
from optimizer import selectors


def bar(request: HttpRequest) -> dict[str, Any]:
    """The household of the page, its date, the section to mark, how many proposals wait, a halt. Empty elsewhere."""
    membership: Membership | None = getattr(request, "membership", None)
    if membership is None:
        return {}
    household = membership.household
    counts = selectors.bar_counts(household)
    return {
        "household": household,
        "may_write": membership.may_write,
        "as_of": household.as_of,
        "nav": request.resolver_match.url_name if request.resolver_match else "",
        "open_proposals": counts.open_proposals,
        "unread_alerts": counts.unread,
        "halt": selectors.standing_halt(household) if counts.halted else None,
    }
