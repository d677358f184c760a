"""What may be held: accounts, instruments with prices, lots."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from accounts.models import Household
from holdings import selectors as holdings
from holdings.ledger.types import Pick
from holdings.market.costs import daily_volume, half_spread
from holdings.market.panel import ClosePanel
from holdings.market.series import held_back
from holdings.models import AssetClass, Benchmark, Classification, Instrument, Liquidity, Lot
from holdings.selectors import Quote
from optimizer import selectors
from optimizer.engine.types import ZERO, AccountInput, AssetInput, FeeSchedule, LotInput
from optimizer.inputs.assessed import Adjusted, Pieces
from optimizer.inputs.closed import short_proceeds
from optimizer.inputs.errors import CannotPropose
from optimizer.inputs.orders import InFlight
from optimizer.inputs.pieces import shared
from optimizer.models import PolicyVersion

RETURNS, LEAST_RETURNS = 63, 21
PLACES = Decimal("0.000001")


def benchmark_index(household: Household) -> list[Instrument]:
    """What the benchmark holds beside cash: what beta is measured against."""
    found = Benchmark.objects.filter(household=household).select_related("instrument").first()
    return [found.instrument] if found else []


def still_listed(held: Iterable[Lot], as_of: dt.date) -> list[Lot]:
    """Lots of what can still be traded. A delisted holding is in no plan: it keeps its last price, or none."""
    return [lot for lot in held if not is_gone(lot.instrument, as_of)]


def is_gone(instrument: Instrument, as_of: dt.date) -> bool:
    return instrument.delisted_on is not None and instrument.delisted_on <= as_of


def universe(household: Household, held: Iterable[Lot], version: PolicyVersion) -> dict[int, Instrument]:
    """Held and targeted instruments by id, in the order of their symbols.

    Raises CannotPropose for a target that is no longer traded.
    """
    found = {lot.instrument_id: lot.instrument for lot in held}
    targets = version.targets.filter(instrument__isnull=False).select_related("instrument")
    found |= {target.instrument.pk: target.instrument for target in targets if target.instrument}
    if gone := sorted(row.symbol for row in found.values() if is_gone(row, household.as_of)):
        raise CannotPropose(f"{', '.join(gone)} is no longer traded. Take it out of the targets.")
    return dict(sorted(found.items(), key=lambda item: (item[1].symbol, item[0])))


def accounts(
    household: Household, version: PolicyVersion, flight: InFlight, closed: Mapping[int, str]
) -> tuple[AccountInput, ...]:
    """`closed`: account id -> why nothing may be traded there.

    Cash in other currencies counts at the last stored rates and is kept aside, so that nothing is bought with it.
    """
    cash, apart = holdings.cash_in_base(household), short_proceeds(household)
    own = holdings.cash(household)
    rows = holdings.brokerage_accounts(household)
    if not rows:
        raise CannotPropose("The household has no account yet. Add one and import its holdings.")
    withdrawals, weights = selectors.withdrawals(version), selectors.account_weights(version, rows)
    return tuple(
        AccountInput(
            id=str(row.uuid),
            name=row.name,
            kind=row.kind,
            cash=cash[row.pk],
            reserved_cash=flight.cash.get(row.pk, Decimal(0)) + apart[row.pk] + cash[row.pk] - own[row.pk],
            planned_withdrawal=withdrawals[str(row.uuid)],
            closed=closed.get(row.pk, ""),
            weight=weights[row.pk],
            owner=str(row.owner.uuid),
            fees=FeeSchedule(row.fee_ticket, row.fee_share, row.fee_rate, row.fee_least, row.fee_most),
        )
        for row in rows
    )


def daily_volatility(panel: ClosePanel) -> dict[str, Decimal]:
    """The standard deviation of each instrument's last 63 daily log returns, by uuid; 21 are needed."""
    found = {}
    for column, asset in enumerate(panel.ids):
        closes = panel.closes[:, column]
        known = closes[np.isfinite(closes) & (closes > 0)][-RETURNS - 1 :]
        if len(known) > LEAST_RETURNS:
            found[asset] = Decimal(float(np.diff(np.log(known)).std(ddof=1))).quantize(PLACES)
    return found


def assets(
    household: Household,
    instruments: Mapping[int, Instrument],
    quotes: Mapping[int, Quote],
    volatility: Mapping[str, Decimal],
) -> tuple[AssetInput, ...]:
    """`quotes` in base currency. What is quoted in another one counts at them and is not traded.

    `volatility`: of a day, by uuid; it stands beside a daily volume alone, since only impact asks for it.

    Raises CannotPropose where a price, or the rate of its currency, is missing.
    """
    base = household.base_currency
    if missing := [_missing(row, base) for pk, row in instruments.items() if pk not in quotes]:
        raise CannotPropose(f"No {', no '.join(missing)}. Add one, or take it out of the targets.")
    classes, themes, kept = holdings.classifications(household), holdings.themes(household), held_back(household)
    told, most = holdings.liquidity(household), selectors.guardrails(household).volume
    return tuple(
        _asset(
            instrument,
            quotes[pk],
            classes.get(pk),
            told.get(pk),
            volatility.get(str(instrument.uuid)),
            most,
            tuple(sorted(tag.theme for tag in themes.get(pk, []))),
            tradable=instrument.tradable and pk not in kept and instrument.currency == base,
        )
        for pk, instrument in instruments.items()
    )


def _missing(instrument: Instrument, base: str) -> str:
    foreign = instrument.currency != base
    return f"price for {instrument.symbol}" + (f" or rate of {instrument.currency}" if foreign else "")


def _asset(
    instrument: Instrument,
    quote: Quote,
    classification: Classification | None,
    told: Liquidity | None,
    volatility: Decimal | None,
    most: Decimal | None,
    themes: tuple[str, ...],
    *,
    tradable: bool,
) -> AssetInput:
    spread, volume = half_spread(classification, told), daily_volume(classification, told)
    return AssetInput(
        id=str(instrument.uuid),
        symbol=instrument.symbol,
        name=instrument.name,
        price=quote.close,
        currency=instrument.currency,
        asset_class=AssetClass(classification.asset_class) if classification else AssetClass.OTHER,
        kind=instrument.kind,
        issuer=holdings.issuer_of(instrument, classification),
        region=classification.region if classification else "",
        daily_volume=volume.shares,
        volume_source=volume.source,
        most_traded=volume.shares * most // 1 if volume.shares and most is not None else None,
        daily_volatility=None if volume.shares is None else volatility,
        sector=holdings.sector_of(classification),
        themes=themes,
        group=holdings.identity_group(instrument, classification),
        half_spread=spread.value,
        spread_source=spread.source,
        expense_ratio=(classification and classification.expense_ratio) or Decimal(0),
        tradable=tradable,
        whole_shares=instrument.kind != Instrument.Kind.FUND,
    )


def lots(held: Iterable[Lot], quotes: Mapping[int, Quote], flight: InFlight, adjusted: Pieces) -> tuple[LotInput, ...]:
    """`held` with its basis, and `quotes`, in base currency; a gift has the basis and date that count at its quote.

    `adjusted`: lots by key whose basis and holding period a wash sale changed, in the pieces that it made of them.
    """
    return tuple(
        shares
        for lot in held
        for shares in _reserved(
            _pieces(_lot(lot, lot.quantity * quotes[lot.instrument_id].close), adjusted.get(lot.key, ())), flight
        )
    )


def _lot(lot: Lot, value: Decimal) -> LotInput:
    return LotInput(
        key=lot.key,
        account=str(lot.account.uuid),
        asset=str(lot.instrument.uuid),
        quantity=lot.quantity,
        basis=lot.basis_at(value),
        acquired=lot.held_from(value),
        inherited=lot.is_inherited,
    )


def _pieces(lot: LotInput, found: Sequence[Adjusted]) -> list[LotInput]:
    """The lot as it counts for tax, in its pieces where it has several."""
    if sum((each.quantity for each in found), ZERO) != lot.quantity:
        return [lot]
    parted = len(found) > 1
    return [
        replace(
            lot,
            key=Pick(lot.key, each.quantity, each.piece).key,
            quantity=each.quantity,
            basis=each.basis,
            deferred=each.deferred,
            acquired=lot.acquired - each.tacked if lot.acquired else None,
            bought=lot.acquired if each.tacked else None,
            piece=each.piece,
            pot=each.pot,
            free=each.free,
            number=number if parted else 0,
        )
        for number, each in enumerate(found, start=1)
    ]


def _reserved(pieces: Sequence[LotInput], flight: InFlight) -> list[LotInput]:
    """With what open orders sell of each."""
    left = {each.key: each.quantity for each in pieces}
    for key, shares in sorted(flight.lots.items()):
        shared(key, shares, left)
    return [replace(each, reserved=each.quantity - left[each.key]) for each in pieces]
