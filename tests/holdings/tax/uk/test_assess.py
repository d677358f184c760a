"""A year's tax on gains: losses, exempt amount, the two rates, and the year in which they changed."""

from datetime import date
from decimal import Decimal

import pytest

from holdings.tax.facts import TaxFacts
from holdings.tax.jurisdiction import UnknownYear
from holdings.tax.outcome import Assessment, GainClass, Income, Slice
from holdings.tax.uk import UK

GENERAL = GainClass.GENERAL
RICH, POOR = Decimal(80000), Decimal(0)


def disposal(day: str, gain: int, *, holder: str = "", basis: Decimal | None = Decimal(0)) -> Slice:
    proceeds = Decimal(gain) if gain > 0 else Decimal(0)
    cost = None if basis is None else proceeds - gain
    return Slice(
        f"s{day}{gain}",
        "taxable",
        f"X{gain}",
        Decimal(1),
        date.fromisoformat(day),
        proceeds,
        cost,
        GENERAL,
        holder=holder,
    )


def assessed(
    day: str,
    *slices: Slice,
    income: Decimal = RICH,
    brought: int = 0,
    dividends: int = 0,
    paid: Income | None = None,
    deductions: Decimal | None = None,
    long_rate: Decimal | None = None,
) -> Assessment:
    year = UK.tax_year(date.fromisoformat(day))
    facts = TaxFacts("GB", year.label, other_income=income, deductions=deductions, long_rate=long_rate)
    return UK.assess(slices, paid or Income(dividends=Decimal(dividends)), facts, year, {GENERAL: Decimal(brought)})


def test_all_that_holdings_paid_fills_the_basic_rate_band_however_it_is_taxed_elsewhere() -> None:
    told = Income(Decimal(500), capital_gain_distributions=Decimal(300), exempt=Decimal(200))
    gain = disposal("2025-06-03", 10_000)

    assert (
        assessed("2025-06-03", gain, income=Decimal(45_000), paid=told).tax
        == assessed("2025-06-03", gain, income=Decimal(45_000), dividends=1000).tax
    )


@pytest.mark.parametrize(
    ("day", "label"),
    [("2024-04-05", "2023-24"), ("2024-04-06", "2024-25"), ("2025-04-05", "2024-25"), ("2000-01-01", "1999-00")],
)
def test_the_tax_year_begins_on_6_april(day: str, label: str) -> None:
    year = UK.tax_year(date.fromisoformat(day))

    assert year.label == label
    assert date.fromisoformat(day) in year


@pytest.mark.parametrize(
    ("day", "exempt", "basic", "higher"),
    [
        ("2022-06-01", 12300, "0.10", "0.20"),
        ("2023-06-01", 6000, "0.10", "0.20"),
        ("2024-06-03", 3000, "0.10", "0.20"),
        ("2024-10-29", 3000, "0.10", "0.20"),
        ("2024-10-30", 3000, "0.18", "0.24"),
        ("2025-06-02", 3000, "0.18", "0.24"),
        ("2026-06-01", 3000, "0.18", "0.24"),
    ],
)
def test_each_year_has_its_exempt_amount_and_rates(day: str, exempt: int, basic: str, higher: str) -> None:
    gain = disposal(day, exempt + 1000)

    assert assessed(day, gain, income=RICH).tax == 1000 * Decimal(higher)
    assert assessed(day, gain, income=POOR).tax == 1000 * Decimal(basic)


def test_a_year_without_figures_names_those_that_there_are() -> None:
    with pytest.raises(UnknownYear, match=r"2019-20, only of 2022-23, .* 2026-27"):
        assessed("2019-06-03", disposal("2019-06-03", 20000))


def test_gains_above_the_basic_rate_band_are_taxed_at_the_higher_rate() -> None:
    """Income of 40,270 leaves 10,000 of the band: 37,700 - (40,270 - 12,570)."""
    found = assessed("2025-06-02", disposal("2025-06-02", 18000), income=Decimal(40270))

    assert found.tax == 10000 * Decimal("0.18") + 5000 * Decimal("0.24")
    assert found.marginal[GENERAL] == Decimal("0.24")


def test_dividends_of_the_accounts_fill_the_band_too() -> None:
    found = assessed("2025-06-02", disposal("2025-06-02", 18000), income=Decimal(40270), dividends=4000)

    assert found.tax == 6000 * Decimal("0.18") + 9000 * Decimal("0.24")


def test_the_personal_allowance_tapers_and_what_is_entered_replaces_it() -> None:
    gain = disposal("2025-06-02", 4000)

    assert assessed("2025-06-02", gain, income=Decimal(130000)).tax == 240
    assert assessed("2025-06-02", gain, income=Decimal(130000), deductions=Decimal(100000)).tax == 180


def test_CG21543_losses_brought_forward_are_used_only_down_to_the_exempt_amount() -> None:
    """HMRC's example with the exempt amount of 2023-24: 16,300 less 3,500 is 12,800; 6,800 of 10,500 are used."""
    found = assessed("2023-06-01", disposal("2023-06-01", 16300), disposal("2023-06-02", -3500), brought=10500)

    assert (found.tax, found.net[GENERAL], found.carried[GENERAL]) == (0, 6000, 3700)


def test_CG18030_losses_of_the_year_come_first_even_below_the_exempt_amount() -> None:
    found = assessed("2025-06-02", disposal("2025-06-02", 4000), disposal("2025-06-03", -3500), brought=900)

    assert (found.tax, found.net[GENERAL], found.carried[GENERAL]) == (0, 500, 900)


def test_CG21533_a_net_loss_goes_on_to_the_next_year_and_the_exempt_amount_does_not() -> None:
    found = assessed("2025-06-02", disposal("2025-06-02", 20000), disposal("2025-06-03", -25000), brought=100)

    assert (found.tax, found.carried[GENERAL], found.marginal[GENERAL]) == (0, 5100, 0)


def test_in_the_year_of_the_change_losses_and_exempt_amount_go_to_the_dearer_gains() -> None:
    early, late = disposal("2024-06-03", 5000), disposal("2024-11-04", 10000)

    assert assessed("2024-06-03", early, late).tax == 5000 * Decimal("0.20") + 7000 * Decimal("0.24")
    assert assessed("2024-06-03", early, late, disposal("2024-05-01", -1000)).tax == 1000 + 6000 * Decimal("0.24")


def test_in_the_year_of_the_change_the_band_goes_where_it_saves_most() -> None:
    """All of the band of 37,700 is free: 30,000 at 10 %, 7,700 at 18 %, the other 9,300 at 24 %."""
    found = assessed("2024-06-03", disposal("2024-06-03", 30000), disposal("2024-11-04", 20000), income=POOR)

    assert found.tax == 3000 + 7700 * Decimal("0.18") + 9300 * Decimal("0.24")


def test_no_split_of_losses_and_band_costs_less_in_the_year_of_the_change() -> None:
    early, late, band, off = Decimal(30000), Decimal(20000), Decimal(37700), Decimal(3000)
    found = assessed("2024-06-03", disposal("2024-06-03", 30000), disposal("2024-11-04", 20000), income=POOR).tax

    for to_early in range(0, 3001, 100):
        left = early - to_early, late - (off - to_early)
        for in_early in range(0, int(min(left[0], band)) + 1, 100):
            in_late = min(left[1], band - in_early)
            tax = (
                in_early * Decimal("0.1")
                + (left[0] - in_early) * Decimal("0.2")
                + in_late * Decimal("0.18")
                + (left[1] - in_late) * Decimal("0.24")
            )
            assert found <= tax


def test_the_disposals_of_a_class_on_one_day_are_one() -> None:
    part = Slice("a", "taxable", "KO", Decimal(1), date(2025, 6, 2), Decimal(900), Decimal(0), GENERAL)
    other = Slice("b", "taxable", "KO", Decimal(1), date(2025, 6, 2), Decimal(0), Decimal(400), GENERAL)

    parts = {line.code: line.amount for line in assessed("2025-06-02", part, other).parts}

    assert (parts["gains"], parts["losses"]) == (500, 0)


def test_gains_of_the_spouse_and_of_unknown_cost_are_named_and_in_no_figure() -> None:
    found = assessed("2025-06-02", disposal("2025-06-02", 50000, holder="bob"), disposal("2025-06-03", 700, basis=None))

    assert found.tax == 0
    assert any("700.00 GBP" in note for note in found.notes)
    assert any("other persons" in note for note in found.notes)


def test_a_rate_that_the_user_entered_is_the_rate() -> None:
    found = assessed("2025-06-02", disposal("2025-06-02", 4000), long_rate=Decimal("0.3"))

    assert (found.tax, found.marginal[GENERAL]) == (300, Decimal("0.3"))


def test_the_parts_add_up() -> None:
    found = assessed("2025-06-02", disposal("2025-06-02", 8000), income=Decimal(40270), brought=1000)
    parts = {line.code: line.amount for line in found.parts}

    assert parts["gains"] + parts["losses"] + parts["brought"] + parts["exempt"] == parts["taxable"] == 4000


@pytest.mark.parametrize(
    ("gain", "rate", "room"),
    [(1000, "0", 2500), (3499, "0", 1), (3500, "0.18", 10000), (13000, "0.18", 500), (13500, "0.24", None)],
)
def test_the_schedule_says_how_far_the_next_rate_is(gain: int, rate: str, room: int | None) -> None:
    """500 brought forward and 3,000 exempt are free; 10,000 are left of the basic rate band."""
    found = assessed("2025-06-02", disposal("2025-06-02", gain), income=Decimal(40270), brought=500)
    (schedule,) = found.schedules

    assert [band.upto for band in schedule.bands] == [3500, 13500, None]
    assert (schedule.base, schedule.next_rate, schedule.room) == (gain, Decimal(rate), room)
    assert found.marginal[GENERAL] == Decimal(rate)
