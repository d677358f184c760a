"""Alerts as rows: made once, read by a person, and how each member wants to hear of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        return _make(household, new) if new else []


def _make(household: Household, new: Sequence[Told]) -> list[Alert]:
    """All of them and their deliveries, by as many queries as for one."""
    made = Alert.objects.bulk_create(
        Alert(household=household, kind=told.kind, subject=told.subject, sentence=told.sentence, path=told.path)
        for told in new
    )
    members = Membership.objects.filter(household=household).select_related("user")
    users = {member.user_id: member.user for member in members}
    wanted = _settings(household, users.values())
    hooked = set(Webhook.objects.filter(household=household).values_list("user_id", flat=True))
    Delivery.objects.bulk_create(
        delivery
        for alert in made
        for pk in users
        for delivery in _deliveries(alert, wanted[pk][alert.kind], has_webhook=pk in hooked)
    )
    return made


def _deliveries(alert: Alert, wanted: AlertSetting, *, has_webhook: bool) -> Iterator[Delivery]:
    now = timezone.now()
    if wanted.email == Email.ONCE:
        yield Delivery(alert=alert, user=wanted.user, channel=Channel.EMAIL, due_at=now)
    if wanted.email == Email.DIGEST:
        yield Delivery(alert=alert, user=wanted.user, channel=Channel.DIGEST, due_at=next_digest(now))
    if wanted.webhook and has_webhook:
        yield Delivery(alert=alert, user=wanted.user, channel=Channel.WEBHOOK)


def next_digest(now: dt.datetime) -> dt.datetime:
    """The next time that daily e-mails go out."""
    today = now.replace(hour=settings.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    return today if today > now else today + dt.timedelta(days=1)


def settings_of(household: Household, user: User) -> dict[str, AlertSetting]:
    """Of every kind: as stored, or the kind's default."""
    return _settings(household, [user])[user.pk]


def _settings(household: Household, users: Iterable[User]) -> dict[int, dict[str, AlertSetting]]:
    """By member and kind. One query."""
    members = {user.pk: user for user in users}
    rows = AlertSetting.objects.filter(household=household, user__in=members).select_related("user")
    stored = {(row.user_id, row.kind): row for row in rows}
    return {
        pk: {kind: stored.get((pk, kind)) or _default(household, user, kind) for kind in Kind.values}
        for pk, user in members.items()
    }


def _default(household: Household, user: User, kind: str) -> AlertSetting:
    email = Email.ONCE if kind in AT_ONCE else Email.DIGEST
    return AlertSetting(household=household, user=user, kind=kind, email=email)


def save_settings(*, household: Household, user: User, chosen: Mapping[str, tuple[str, bool]], url: str) -> None:
    """E-mail and webhook by kind, and the webhook's address; empty: none. Saving the same changes nothing."""
    with holding(household):
        stored = settings_of(household, user)
        changed = [kind for kind, wish in chosen.items() if wish != (stored[kind].email, stored[kind].webhook)]
        for kind in changed:
            email, webhook = chosen[kind]
            AlertSetting.objects.update_or_create(
                household=household, user=user, kind=kind, defaults={"email": email, "webhook": webhook}
            )
        if _save_webhook(household, user, url):
            changed.append("webhook")
        if changed:
            activity.record(household=household, user=user, verb="alerts.set", fields=sorted(changed))


def _save_webhook(household: Household, user: User, url: str) -> bool:
    """Whether it changed; another address gets another secret."""
    mine = Webhook.objects.filter(household=household, user=user)
    if list(mine.values_list("url", flat=True)) == ([url] if url else []):
        return False
    mine.delete()
    if url:
        Webhook.objects.create(household=household, user=user, url=url)
    return True


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
