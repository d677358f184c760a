"""Security events of a user, written into the log of each household of theirs."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, user_logged_in
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.db import transaction

from accounts import activity
from accounts.models import User
from accounts.selectors import households

VERBS = {
    user_logged_in: "user.signed_in",
    password_changed: "user.password_changed",
    password_reset: "user.password_reset",
    authenticator_added: "user.authenticator_added",
    authenticator_removed: "user.authenticator_removed",
    authenticator_reset: "user.recovery_codes_made",
}


def log_security_event(sender: Any, user: User, signal: Any, **kwargs: Any) -> None:
    with transaction.atomic():
        for household in households(user):
            activity.record(household=household, user=user, verb=VERBS[signal])


def connect() -> None:
    for signal in VERBS:
        signal.connect(log_security_event, dispatch_uid=VERBS[signal])
