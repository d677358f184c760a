"""What is missing is named with its remedy."""

import datetime as dt

import pytest

from holdings.models import (
    Instrument,
    Price,
    PriceFinding,
    TradingSession,
)
from optimizer import inputs
from tests import factories
from tests.optimizer import markets
from tests.optimizer.inputs.readings import asset, read
from tests.optimizer.markets import Market

pytestmark = pytest.mark.django_db


def test_an_instrument_without_a_price_is_named_with_the_remedy(market) -> None:
    Price.objects.filter(instrument__symbol="KO").delete()
    with pytest.raises(inputs.CannotPropose, match=r"No price for KO\. Add one, or take it out of the targets"):
        read(market)


def test_a_household_without_an_account_is_told_to_add_one() -> None:
    market = markets.market()
    empty = factories.household(factories.user("bob"))
    bare = Market(empty, market.alice, market.taxable, market.ira, market.instruments, "")
    markets.save(bare)
    with pytest.raises(inputs.CannotPropose, match="no account yet"):
        read(bare)


def test_a_calendar_that_ends_is_said_in_words(market) -> None:
    TradingSession.objects.filter(date__gt=factories.AS_OF).delete()
    with pytest.raises(inputs.CannotPropose, match="No trading session after 28 Dec 2022"):
        read(market)


def test_t30_a_delisted_holding_is_in_no_plan(market) -> None:
    held = "XOM"
    market.house.policy.versions.first().targets.filter(instrument__symbol=held).delete()
    Instrument.objects.filter(symbol=held).update(delisted_on=dt.date(2022, 12, 1))
    snapshot = read(market)
    gone = str(Instrument.objects.get(symbol=held).uuid)
    assert gone not in {row.id for row in snapshot.assets} | {lot.asset for lot in snapshot.lots}


def test_t30_a_delisted_target_is_named_with_the_remedy(market) -> None:
    target = market.house.policy.versions.first().targets.exclude(instrument=None).first().instrument
    Instrument.objects.filter(pk=target.pk).update(delisted_on=dt.date(2022, 12, 1))
    with pytest.raises(inputs.CannotPropose, match=f"{target.symbol} is no longer traded"):
        read(market)


def test_an_instrument_with_a_doubtful_price_counts_and_is_not_traded(market) -> None:
    row = Instrument.objects.get(symbol="XOM")
    PriceFinding.objects.create(
        instrument=row, kind="minor_unit", first=dt.date(2022, 12, 1), last=dt.date(2022, 12, 1)
    )
    assert not asset(read(market), "XOM").tradable
