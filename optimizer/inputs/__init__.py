"""From the database to the engine's frozen input. Workers only."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.locks import holding
from accounts.models import Household, Run, TaxProfile
from holdings import selectors as holdings
from holdings.canonical import encode
from holdings.market.calendars import NoSession, next_session
from holdings.market.panel import MissingChunk, read_panel
from holdings.models import Instrument
from optimizer import selectors
from optimizer.engine.errors import Infeasible
from optimizer.engine.snapshot import Panel, from_json, snapshot_hash, to_json
from optimizer.engine.types import Snapshot
from optimizer.inputs.assessed import applying, current_state, rules_of, tax_lots, with_year
from optimizer.inputs.closed import closed_accounts
from optimizer.inputs.errors import CannotPropose
from optimizer.inputs.fit import refuse_unfit
from optimizer.inputs.orders import in_flight, locks
from optimizer.inputs.policy import constraints, policy
from optimizer.inputs.tax import tax, wash
from optimizer.inputs.universe import accounts, assets, benchmark_index, daily_volatility, lots, still_listed, universe
from optimizer.models import PolicyConstraint, PolicyVersion, Proposal

__all__ = ["CannotPropose", "conflicts", "frozen", "read", "stored"]


def read(run: Run) -> tuple[Snapshot, Panel]:
    """Everything that the run's plan depends on, read once while nobody writes, as of the household's date.

    Raises CannotPropose where a price, an account or a lot is missing that a plan needs, and CannotFinish where a limit
    on beta would rest on a series that nothing may rest on.
    """
    with holding(run.household):
        return _read(run, run.household)


def _read(run: Run, household: Household) -> tuple[Snapshot, Panel]:
    version = PolicyVersion.objects.get(uuid=run.params["version"], policy__household=household)
    parent = Proposal.objects.filter(household=household, uuid=run.params.get("parent")).first()
    stored = holdings.lots(household).select_related("opening")
    held = holdings.with_base_basis(stored, household.base_currency)
    listed = still_listed(held, household.as_of)
    instruments = universe(household, listed, version)
    quotes = holdings.quotes_in_base(household, instruments, household.as_of)
    trade_date = _trade_date(household.as_of)
    closed = closed_accounts(household, held)
    flight = in_flight(household, quotes)
    state = current_state(household)
    rules = rules_of(state)
    entered = tax(household, TaxProfile.objects.get(household=household), trade_date)
    index = benchmark_index(household)
    if version.constraints.filter(kind=PolicyConstraint.Kind.BETA).exists():
        refuse_unfit(household, (str(row.uuid) for row in index))
    priced = [*instruments.values(), *(row for row in index if row.pk not in instruments)]
    panel, chunks = read_panel(priced, household.as_of, household=household)
    known = assets(household, instruments, quotes, daily_volatility(panel))
    shares = lots(listed, quotes, flight, tax_lots(household, rules, listed, trade_date) if rules else {})
    snapshot = Snapshot(
        as_of=household.as_of,
        trade_date=trade_date,
        base_currency=household.base_currency,
        accounts=accounts(household, version, flight, closed),
        assets=known,
        lots=shares,
        policy=policy(version, instruments),
        tax=with_year(entered, household, rules, trade_date, version) if rules else entered,
        constraints=constraints(version),
        wash=applying(wash(household, state, trade_date, flight), rules),
        locks=locks(run, parent, flight, closed, shares),
        price_chunks=chunks,
        benchmark=str(index[0].uuid) if index else "",
    )
    return snapshot, Panel(panel.dates, panel.ids, panel.closes)


def stored(run: Run) -> tuple[Snapshot, Panel]:
    """What a run computed from, as it was. Raises CannotPropose where its prices are not kept any more."""
    source = selectors.reader(run)
    snapshot = from_json(source.snapshot)
    ids = [*(asset.id for asset in snapshot.assets), *filter(None, [snapshot.benchmark])]
    known = {str(each.uuid): each for each in Instrument.objects.filter(uuid__in=ids)}
    instruments = [known[key] for key in dict.fromkeys(ids)]
    try:
        panel, _ = read_panel(instruments, snapshot.as_of, set(snapshot.price_chunks), run.household)
    except MissingChunk as error:
        raise CannotPropose("Prices of this proposal were replaced since. Ask for a new one.") from error
    return snapshot, Panel(panel.dates, panel.ids, panel.closes)


def _trade_date(as_of: dt.date) -> dt.date:
    try:
        return next_session("XNYS", as_of)
    except NoSession as error:
        raise CannotPropose(
            f"No trading session after {as_of:%-d %b %Y} is stored yet. Start it again later."
        ) from error


def frozen(snapshot: Snapshot) -> tuple[str, str]:
    """The stored text and its hash."""
    return to_json(snapshot), snapshot_hash(snapshot)


def conflicts(error: Infeasible) -> dict[str, Any]:
    """What an infeasible policy's page shows, as JSON."""
    found: dict[str, Any] = encode(error.diagnosis)
    return found
