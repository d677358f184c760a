import datetime as dt
from decimal import Decimal

import numpy as np
import pytest

from holdings.market.chunks import derive
from holdings.market.panel import MissingChunk, read_panel
from holdings.market.prices import store_closes
from holdings.models import Instrument, Price
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MONDAY, TUESDAY, NEW_YEAR = dt.date(2021, 12, 27), dt.date(2021, 12, 28), dt.date(2022, 1, 3)


@pytest.fixture
def pair() -> list[Instrument]:
    old, young = factories.instrument("OLD"), factories.instrument("YOUNG")
    series = {
        old: [(MONDAY, Decimal("10.25")), (TUESDAY, Decimal("10.5")), (NEW_YEAR, Decimal("10.75"))],
        young: [(TUESDAY, Decimal("1.001")), (NEW_YEAR, Decimal("1.002"))],
    }
    store_closes(source=factories.source(), closes=series)
    return [young, old]


def test_the_panel_equals_the_prices(pair) -> None:
    panel, _ = read_panel(pair, NEW_YEAR)
    assert panel.dates == (MONDAY, TUESDAY, NEW_YEAR)
    assert panel.ids == tuple(str(instrument.uuid) for instrument in pair)
    for price in Price.objects.all():
        column = panel.ids.index(str(price.instrument.uuid))
        assert panel.closes[panel.dates.index(price.date), column] == float(price.close)


def test_what_has_no_price_is_missing_not_zero(pair) -> None:
    panel, _ = read_panel([*pair, factories.instrument("BARE")], NEW_YEAR)
    assert np.isnan(panel.closes).tolist() == [[True, False, True], [False, False, True], [False, False, True]]


def test_nothing_later_than_the_date_is_seen(pair) -> None:
    whole, _ = read_panel(pair, NEW_YEAR)
    cut, _ = read_panel(pair, TUESDAY)
    assert cut.dates == whole.dates[:2]
    np.testing.assert_array_equal(cut.closes, whole.closes[:2])


def test_the_names_follow_instruments_and_years(pair) -> None:
    _, forward = read_panel(pair, NEW_YEAR)
    _, backward = read_panel(pair[::-1], NEW_YEAR)
    assert len(forward) == 4
    assert backward == forward[2:] + forward[:2]


def test_named_chunks_give_the_panel_as_it_was(pair) -> None:
    before, names = read_panel(pair, NEW_YEAR)
    Price.objects.filter(date=NEW_YEAR).update(close=Decimal(99))
    for instrument in pair:
        derive(instrument, [2022])
    now, _ = read_panel(pair, NEW_YEAR)
    again, _ = read_panel(pair, NEW_YEAR, names)
    assert now.closes[-1].tolist() == [99.0, 99.0]
    np.testing.assert_array_equal(again.closes, before.closes)


def test_a_name_that_is_not_stored_is_refused(pair) -> None:
    with pytest.raises(MissingChunk, match="1 of 1 price chunks"):
        read_panel(pair, NEW_YEAR, ["0" * 64])


def test_no_instruments_give_an_empty_panel() -> None:
    panel, names = read_panel([], NEW_YEAR)
    assert (panel.dates, panel.closes.shape, names) == ((), (0, 0), ())


def test_days_after_the_date_never_move_a_close_to_another_day() -> None:
    """A gap before two later days has as many places as days: they are still no run."""
    one, other = factories.instrument("ONE"), factories.instrument("OTHER")
    days = [dt.date(2022, 3, day) for day in (1, 2, 3, 4, 7)]
    closes = {day: Decimal(day.day) for day in days}
    store_closes(
        source=factories.source(),
        closes={one: list(closes.items()), other: [(d, c) for d, c in closes.items() if d.day != 2]},
    )
    panel, _ = read_panel([one, other], dt.date(2022, 3, 3))
    assert panel.dates == tuple(days[:3])
    assert np.array_equal(panel.closes, [[1, 1], [2, np.nan], [3, 3]], equal_nan=True)
