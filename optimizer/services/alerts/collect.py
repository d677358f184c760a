"""What there is to tell, read from the rows themselves, so that nothing is lost where a worker died."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.utils import timezone

from accounts.models import Household, Run
from accounts.templatetags.formats import day
from holdings import selectors as holdings
from holdings.market.series import findings
from holdings.pages.findings import line
from optimizer import selectors
from optimizer.models import Alert, Halt, Proposal
from optimizer.pages.blocked import blocked
from optimizer.pages.links import link
from optimizer.services.alerts.rows import Told, tell
from optimizer.services.reviews import overdue

Kind = Alert.Kind
RECENT = dt.timedelta(days=7)
BEFORE_EXPIRY = dt.timedelta(days=1)
BEFORE_FREE = dt.timedelta(days=2)


def collect(household: Household) -> list[Alert]:
    """Tell what is new."""
    return tell(household, [told for source in SOURCES for told in source(household)])


def _proposals(household: Household) -> Iterator[Told]:
    for proposal in Proposal.objects.filter(household=household, status=Proposal.Status.OPEN):
        path, key = link("proposal", household, number=proposal.number), str(proposal.uuid)
        if proposal.timing:
            yield Told(Kind.PROPOSAL, key, f"Proposal {proposal.number} waits. {proposal.timing}", path)
        if household.as_of >= proposal.expires_on - BEFORE_EXPIRY:
            until = day(proposal.expires_on)
            yield Told(Kind.EXPIRING, key, f"Proposal {proposal.number} may be decided until {until} only.", path)


def _halts(household: Household) -> Iterator[Told]:
    for halt in Halt.objects.filter(household=household, made_at__gt=timezone.now() - RECENT):
        yield Told(
            Kind.HALT, str(halt.uuid), f"Automated proposals were halted. {halt.reason}", link("halts", household)
        )


def _failures(household: Household) -> Iterator[Told]:
    failed = selectors.runs(household).filter(status=Run.Status.FAILED, finished_at__gt=timezone.now() - RECENT)
    for run in failed:
        said = f"{run.get_kind_display()} failed: {run.error}"
        yield Told(Kind.FAILED, str(run.uuid), said, link("run", household, run=run.uuid))


def _data(household: Household) -> Iterator[Told]:
    held = {lot.instrument_id for lot in holdings.lots(household)}
    for row in findings(household):
        shown = line(row)
        if shown.holds_back and row.instrument_id in held:
            said = (
                f"{row.instrument.symbol}: {shown.sentence} It holds back {shown.blocks[0].lower()}{shown.blocks[1:]}"
            )
            yield Told(Kind.DATA, f"{row.instrument.uuid} {row.kind} {row.first}", said, link("data", household))


def _washes(household: Household) -> Iterator[Told]:
    for row in blocked(household, selectors.open_orders(household)):
        if row.free_from - BEFORE_FREE <= household.as_of < row.free_from:
            said = f"{row.symbols} may be bought again from {day(row.free_from)} without washing a loss."
            yield Told(Kind.WASH, f"{row.symbols} {row.free_from}", said, link("orders", household))


def _reviews(household: Household) -> Iterator[Told]:
    for row in overdue(household):
        card = row.card
        said = f"{card.name}, version {card.version}: its review was due on {day(row.due_on)}."
        key = f"{card.key} {card.version} {row.due_on if row.last is None or not row.renewed else ''}".strip()
        yield Told(Kind.REVIEW, key, said, link("model_review", household, model=card.key))


SOURCES: tuple[Callable[[Household], Iterator[Told]], ...] = (_proposals, _halts, _failures, _data, _washes, _reviews)
