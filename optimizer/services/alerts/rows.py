"""Alerts as rows: made once, read by a person, and how each member wants to hear of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from accounts import activity
from accounts.locks import holding
from accounts.models import Household, Membership, User
from optimizer.models import Alert, AlertSetting, Delivery, Webhook

Kind = Alert.Kind
Email = AlertSetting.Email
Channel = Delivery.Channel
AT_ONCE = {Kind.PROPOSAL, Kind.HALT, Kind.EXPIRING}
"""Sent by e-mail at once unless a member says otherwise; the others come once a day."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something to be told. `subject` names it: the same one is never told twice."""

    kind: str
    subject: str
    sentence: str
    path: str


def tell(household: Household, found: Iterable[Told]) -> list[Alert]:
    """Make the alerts that are new, with a delivery for each member and channel that wants it."""
    rows = list(found)
    if not rows:
        return []
    with holding(household):
        known = set(Alert.objects.filter(household=household).values_list("kind", "subject"))
        new = [told for told in rows if (told.kind, told.subject) not in known]
        return [_make(household, told) for told in new]


def _make(household: Household, told: Told) -> Alert:
    alert = Alert.objects.create(
        household=household, kind=told.kind, subject=told.subject, sentence=told.sentence, path=told.path
    )
    for member in Membership.objects.filter(household=household).select_related("user"):
        wanted = setting(household, member.user, told.kind)
        if wanted.email != Email.OFF:
            digest = wanted.email == Email.DIGEST
            channel = Channel.DIGEST if digest else Channel.EMAIL
            due = next_digest(timezone.now()) if digest else timezone.now()
            Delivery.objects.create(alert=alert, user=member.user, channel=channel, due_at=due)
        if wanted.webhook and Webhook.objects.filter(household=household, user=member.user).exists():
            Delivery.objects.create(alert=alert, user=member.user, channel=Channel.WEBHOOK)
    return alert


def next_digest(now: dt.datetime) -> dt.datetime:
    """The next time that daily e-mails go out."""
    today = now.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + dt.timedelta(days=1)


def setting(household: Household, user: User, kind: str) -> AlertSetting:
    """As stored, or the default of the kind."""
    stored = AlertSetting.objects.filter(household=household, user=user, kind=kind).first()
    return stored or default(household, user, kind)


def default(household: Household, user: User, kind: str) -> AlertSetting:
    email = Email.ONCE if kind in AT_ONCE else Email.DIGEST
    return AlertSetting(household=household, user=user, kind=kind, email=email)


def settings_of(household: Household, user: User) -> dict[str, AlertSetting]:
    """Of every kind."""
    stored = {row.kind: row for row in AlertSetting.objects.filter(household=household, user=user)}
    return {kind: stored.get(kind) or default(household, user, kind) for kind in Kind.values}


def save_settings(*, household: Household, user: User, chosen: Mapping[str, tuple[str, bool]], url: str) -> None:
    """E-mail and webhook by kind, and the webhook's address; empty: none. Saving the same changes nothing."""
    with holding(household):
        for kind, (email, webhook) in chosen.items():
            AlertSetting.objects.update_or_create(
                household=household, user=user, kind=kind, defaults={"email": email, "webhook": webhook}
            )
        mine = Webhook.objects.filter(household=household, user=user)
        if not url:
            mine.delete()
        elif not mine.filter(url=url).exists():
            mine.delete()  # another address gets another secret
            Webhook.objects.create(household=household, user=user, url=url)
        activity.record(household=household, user=user, verb="alerts.set", fields=sorted(chosen))


def read(*, household: Household, user: User, alerts: Iterable[Alert]) -> int:
    """Mark as read, once; the number that was unread."""
    ids = [alert.pk for alert in alerts]
    with holding(household):
        done = Alert.objects.filter(household=household, pk__in=ids, read_at__isnull=True).update(
            read_at=timezone.now()
        )
        if done:
            activity.record(household=household, user=user, verb="alerts.read")
    return done
