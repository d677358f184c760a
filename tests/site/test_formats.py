"""How figures are written on every page."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from accounts.templatetags import formats

numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("1239571.6"), "1,239,572"), (Decimal("-0.4"), "0"), (0, "0"), (-13818, "−13,818"), (0.5, "1")],
)
def test_amounts_are_whole_grouped_and_never_minus_zero(value: Decimal, shown: str) -> None:
    assert formats.amount(value) == shown


def test_prices_and_costs_keep_cents() -> None:
    assert formats.amount(Decimal("2.735"), 2) == "2.74"
    assert formats.money_cents(Decimal("1234.5")) == "$1,234.50"


@pytest.mark.parametrize(("value", "shown"), [(777, "+777"), (-960, "−960"), (0, "0"), (Decimal("0.3"), "0")])
def test_a_change_has_its_sign_and_zero_has_none(value: Decimal, shown: str) -> None:
    assert formats.change(value) == shown


def test_the_sign_stands_before_the_symbol() -> None:
    assert formats.money_change(Decimal(-13818)) == "−$13,818"
    assert formats.money_change(777) == "+$777"
    assert formats.money(Decimal("-1.2"), "EUR") == "−€1"
    assert formats.money(5, "CHF") == "CHF 5"


def test_a_line_never_ends_between_a_sign_and_its_symbol() -> None:
    assert formats.unbroken("Cash is −$1,004, +€2 a day.") == "Cash is −\u2060$1,004, +\u2060€2 a day."


def test_colour_follows_the_figure_as_shown() -> None:
    assert formats.gain(Decimal("4967.2")) == '<span class="gain">+4,967</span>'
    assert formats.money_gain(Decimal(-10616)) == '<span class="loss">−$10,616</span>'
    assert formats.gain(Decimal("-0.2")) == "0"


def test_fractions_are_shown_as_per_cent_and_points() -> None:
    assert formats.weight(Decimal("0.1398")) == "14.0"
    assert formats.percent(0.138, 2) == "13.80%"
    assert formats.points(Decimal("-0.081")) == "−8.1"
    assert formats.percent_change(Decimal("0.2934")) == "+29.3%"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("1685.000000"), "1,685"),
        (Decimal("12.500"), "12.5"),
        (Decimal("0.0001"), "0.0001"),
        (300, "300"),
        (Decimal("2.702702702702702703"), "2.7027027"),
    ],
)
def test_shares_are_shown_as_held(value: Decimal, shown: str) -> None:
    assert formats.quantity(value) == shown


@pytest.mark.parametrize(
    "write",
    [formats.amount, formats.gain, formats.money, formats.percent, formats.points, formats.quantity, formats.day],
)
def test_what_does_not_apply_is_a_dash(write) -> None:
    assert write(None) == '<span class="na">–</span>'
    assert isinstance(write(None), SafeString)


def test_dates_are_written_out() -> None:
    assert formats.day(dt.date(2022, 12, 8)) == "8 Dec 2022"
    assert formats.day_short(dt.date(2022, 12, 28)) == "28 Dec"
    assert formats.moment(dt.datetime(2022, 12, 28, 16, 32, tzinfo=dt.UTC)) == "28 Dec 2022, 16:32"


def test_counts_agree_with_their_noun() -> None:
    assert formats.count_of(1, "trade") == "1 trade"
    assert formats.count_of(1015, "trade") == "1,015 trades"
    assert formats.count_of(2, "entry,entries") == "2 entries"


def test_separators_follow_the_locale() -> None:
    with translation.override("de"):
        assert formats.amount(Decimal("1239572.5"), 2) == "1.239.572,50"


@given(numbers)
def test_a_written_amount_reads_back_as_the_rounded_number(value: Decimal) -> None:
    text = formats.amount(value, 2).replace(",", "").replace("−", "-")
    assert Decimal(text) == formats.rounded(value, 2)
    assert "-0.00" not in text
