import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import Household
from holdings import selectors
from holdings.market.calendars import next_session, sessions_between
from holdings.market.panel import read_panel
from holdings.models import Instrument, Price, PriceChunk, TradingSession, Transaction, Valuation
from holdings.sample.catalogue import CATALOGUE
from holdings.sample.household import make_household
from holdings.sample.market import SampleRefused, load_market
from holdings.sample.prices import read_closes
from holdings.tax.us import days_to_long_term
from tests import factories

pytestmark = pytest.mark.django_db

LAST = dt.date(2022, 12, 28)


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker) -> Iterator[Household]:
    """The household, made once for the tests of this file and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_household(user=factories.user(), instruments=load_market())
        transaction.set_rollback(True)


def symbols(rows) -> set[str]:
    return {row.instrument.symbol for row in rows}


def listed() -> list[int]:
    return list(Instrument.objects.filter(symbol__in=CATALOGUE).values_list("pk", flat=True))


def worth(household: Household) -> dict[int, Decimal]:
    """Shares x last price, plus cash, by account."""
    quotes = selectors.quotes(household, listed(), LAST)
    totals = selectors.cash(household)
    for lot in selectors.lots(household):
        totals[lot.account_id] += lot.quantity * quotes[lot.instrument_id].close
    return totals


# The price file


def test_the_file_has_33_years_of_26_series() -> None:
    closes = read_closes()
    assert set(closes) == set(CATALOGUE)
    assert (len(closes["XOM"]), len(closes["MTUM"]), sum(map(len, closes.values()))) == (8313, 2264, 185_893)
    assert closes["XOM"][-1] == (LAST, Decimal("106.627"))
    assert closes["SP500"][0] == (dt.date(1990, 1, 2), Decimal("359.69"))


def test_every_close_is_positive_with_at_most_four_decimals() -> None:
    values = [close for series in read_closes().values() for _, close in series]
    assert min(values) > 0
    assert all(value == round(value, 4) for value in values)


# The market


def test_price_days_are_the_sessions_of_new_york(sample) -> None:
    days = [day for day, _ in read_closes()["XOM"]]
    assert sessions_between("XNYS", days[0], LAST) == days
    assert next_session("XNYS", LAST) == dt.date(2022, 12, 29)


def test_the_panel_equals_the_stored_prices(sample) -> None:
    instruments = list(Instrument.objects.filter(symbol__in=CATALOGUE).order_by("symbol"))
    panel, names = read_panel(instruments, LAST)
    assert (panel.closes.shape, len(names)) == ((8313, 26), PriceChunk.objects.count())
    column = panel.ids.index(str(Instrument.objects.get(symbol="VLUE").uuid))
    stored = dict(Price.objects.filter(instrument__symbol="VLUE").values_list("date", "close"))
    found = {day: close for day, close in zip(panel.dates, panel.closes[:, column].tolist(), strict=True) if close > 0}
    assert found == {day: float(close) for day, close in stored.items()}


def test_every_price_carries_the_label(sample) -> None:
    quotes = selectors.quotes(sample, listed(), LAST)
    assert {quote.label for quote in quotes.values()} == {"illustrative; dividends are inside the price"}


def test_loading_the_market_again_adds_nothing(sample) -> None:
    counts = [model.objects.count() for model in (Price, PriceChunk, Instrument, TradingSession)]
    load_market()
    assert [model.objects.count() for model in (Price, PriceChunk, Instrument, TradingSession)] == counts


def test_prices_of_another_source_are_not_mixed_in() -> None:
    factories.instrument("XOM", "110.30", on=dt.date(2023, 1, 3))
    with pytest.raises(SampleRefused, match="XOM has prices of another source"):
        load_market()


# The household


def test_two_persons_and_three_accounts_on_paper(sample) -> None:
    assert (sample.kind, sample.as_of) == ("paper", LAST)
    assert [person.relation for person in sample.persons.all()] == ["self", "spouse"]
    assert [a.kind for a in sample.brokerage_accounts.all()] == ["taxable", "traditional_ira", "roth_ira"]


def test_every_trade_is_at_the_close_of_its_day(sample) -> None:
    trades = Transaction.objects.filter(instrument__isnull=False)
    assert trades.count() == 57
    for trade in trades.select_related("instrument"):
        close = trade.instrument.prices.get(date=trade.trade_date).close
        assert trade.price == close
        assert trade.cash == -round(trade.quantity * close, 2)


def test_cash_is_never_below_zero(sample) -> None:
    assert all(row.cash >= 0 for row in Valuation.objects.all())


def test_the_last_value_is_shares_times_price_plus_cash_exactly(sample) -> None:
    last = {row.account_id: row.value for row in Valuation.objects.filter(date=LAST)}
    assert last == worth(sample)
    assert 1_200_000 < sum(last.values()) < 1_300_000


def test_every_account_is_valued_on_every_session(sample) -> None:
    for account in sample.brokerage_accounts.all():
        days = list(account.valuations.values_list("date", flat=True))
        assert days == sessions_between("XNYS", days[0], LAST)
        assert account.stale_from is None


def test_the_baseline_covers_the_same_days(sample) -> None:
    days = list(sample.benchmark.valuations.values_list("date", flat=True))
    assert days == sessions_between("XNYS", dt.date(2015, 8, 24), LAST)


def test_flows_of_2022_are_there_to_be_drawn(sample) -> None:
    rows = Valuation.objects.filter(date__year=2022)
    flows = {row.date: row.inflow - row.outflow for row in rows if row.inflow or row.outflow}
    assert len(flows) >= 5
    assert min(flows.values()) < 0 < max(flows.values())


def test_it_holds_20_to_60_lots_some_at_a_loss(sample) -> None:
    quotes = selectors.quotes(sample, listed(), LAST)
    lots = list(selectors.lots(sample))
    losses = [
        lot for lot in lots if lot.account.is_taxable and lot.quantity * quotes[lot.instrument_id].close < lot.basis
    ]
    assert 20 <= len(lots) <= 60
    assert symbols(losses) >= {"AMD", "BBY", "MSFT", "VLUE"}
    assert all(lot.quantity == int(lot.quantity) for lot in lots)


def test_some_lots_turn_long_term_within_45_days(sample) -> None:
    taxable = selectors.lots(sample).filter(account__kind="taxable")
    soon = [lot for lot in taxable if 0 < days_to_long_term(lot.acquired, LAST) <= 45]
    assert symbols(soon) == {"AAPL", "BAC", "PG"}


def test_gains_and_losses_of_both_terms_were_realised_in_2022(sample) -> None:
    gains = selectors.realised_gains(sample, 2022)
    assert {(gain.term, gain.gain > 0) for gain in gains} == {
        ("short", True), ("short", False), ("long", True), ("long", False)
    }  # fmt: skip


def test_a_loss_sale_and_a_roth_purchase_lie_in_the_last_30_days(sample) -> None:
    recent = Transaction.objects.filter(trade_date__gt=LAST - dt.timedelta(days=30), instrument__isnull=False)
    found = {(row.kind, row.account.kind, row.instrument.symbol) for row in recent}
    assert found == {("buy", "roth_ira", "PFE"), ("sell", "taxable", "SIZE")}
    assert selectors.realised_gains(sample).get(instrument__symbol="SIZE").gain < 0


def test_themes_have_reasons(sample) -> None:
    tags = {(tag.instrument.symbol, tag.theme): tag.reason for tag in sample.theme_tags.all()}
    assert set(tags) == {
        ("CVX", "fossil fuel"),
        ("RRC", "fossil fuel"),
        ("XOM", "fossil fuel"),
        ("GE", "weapons"),
        ("WMT", "tobacco"),
    }
    assert all(tags.values())
