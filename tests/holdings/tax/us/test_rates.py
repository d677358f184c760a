"""The dated files against the figures as published (Rev. Proc. 2021-45, 2022-38, 2023-34, 2024-40, 2025-32)."""

from decimal import Decimal
from itertools import pairwise

import pytest

from holdings.tax.facts import FilingStatus
from holdings.tax.jurisdiction import UnknownYear
from holdings.tax.us import rates_of, years

SINGLE, JOINT, SEPARATE, HEAD, SURVIVOR = FilingStatus
FILED = (SINGLE, JOINT, SEPARATE, HEAD)

# Upper ends of 10/12/22/24/32/35 %. A separate return has the single figures but for the last.
ORDINARY = {
    (2022, SINGLE): "10,275/41,775/89,075/170,050/215,950/539,900",
    (2022, JOINT): "20,550/83,550/178,150/340,100/431,900/647,850",
    (2022, SEPARATE): "10,275/41,775/89,075/170,050/215,950/323,925",
    (2022, HEAD): "14,650/55,900/89,050/170,050/215,950/539,900",
    (2023, SINGLE): "11,000/44,725/95,375/182,100/231,250/578,125",
    (2023, JOINT): "22,000/89,450/190,750/364,200/462,500/693,750",
    (2023, SEPARATE): "11,000/44,725/95,375/182,100/231,250/346,875",
    (2023, HEAD): "15,700/59,850/95,350/182,100/231,250/578,100",
    (2024, SINGLE): "11,600/47,150/100,525/191,950/243,725/609,350",
    (2024, JOINT): "23,200/94,300/201,050/383,900/487,450/731,200",
    (2024, SEPARATE): "11,600/47,150/100,525/191,950/243,725/365,600",
    (2024, HEAD): "16,550/63,100/100,500/191,950/243,700/609,350",
    (2025, SINGLE): "11,925/48,475/103,350/197,300/250,525/626,350",
    (2025, JOINT): "23,850/96,950/206,700/394,600/501,050/751,600",
    (2025, SEPARATE): "11,925/48,475/103,350/197,300/250,525/375,800",
    (2025, HEAD): "17,000/64,850/103,350/197,300/250,500/626,350",
    (2026, SINGLE): "12,400/50,400/105,700/201,775/256,225/640,600",
    (2026, JOINT): "24,800/100,800/211,400/403,550/512,450/768,700",
    (2026, SEPARATE): "12,400/50,400/105,700/201,775/256,225/384,350",
    (2026, HEAD): "17,700/67,450/105,700/201,750/256,200/640,600",
}

# Upper ends of 0 and 15 %, in the order of the statuses; then the standard deductions.
PREFERENTIAL = {
    2022: ("41,675/459,750", "83,350/517,200", "41,675/258,600", "55,800/488,500"),
    2023: ("44,625/492,300", "89,250/553,850", "44,625/276,900", "59,750/523,050"),
    2024: ("47,025/518,900", "94,050/583,750", "47,025/291,850", "63,000/551,350"),
    2025: ("48,350/533,400", "96,700/600,050", "48,350/300,000", "64,750/566,700"),
    2026: ("49,450/545,500", "98,900/613,700", "49,450/306,850", "66,200/579,600"),
}
DEDUCTIONS = {
    2022: "12,950/25,900/12,950/19,400",
    2023: "13,850/27,700/13,850/20,800",
    2024: "14,600/29,200/14,600/21,900",
    2025: "15,750/31,500/15,750/23,625",
    2026: "16,100/32,200/16,100/24,150",
}


def amounts(text: str) -> list[int]:
    return [int(amount.replace(",", "")) for amount in text.split("/")]


def test_there_are_rates_of_2022_to_2026() -> None:
    assert years() == (2022, 2023, 2024, 2025, 2026)


@pytest.mark.parametrize(("year", "status"), ORDINARY)
def test_ordinary_brackets_are_those_published(year: int, status: FilingStatus) -> None:
    bands = rates_of(year).statuses[status].ordinary

    assert [band.upto for band in bands] == [*amounts(ORDINARY[year, status]), None]
    assert [str(band.rate) for band in bands] == ["0.10", "0.12", "0.22", "0.24", "0.32", "0.35", "0.37"]


@pytest.mark.parametrize("year", PREFERENTIAL)
def test_thresholds_of_capital_gains_are_those_published(year: int) -> None:
    for status, ends in zip(FILED, PREFERENTIAL[year], strict=True):
        bands = rates_of(year).statuses[status].preferential
        assert [band.upto for band in bands] == [*amounts(ends), None]
        assert [band.rate for band in bands] == [0, Decimal("0.15"), Decimal("0.20")]


@pytest.mark.parametrize("year", DEDUCTIONS)
def test_standard_deductions_are_those_published(year: int) -> None:
    assert [rates_of(year).statuses[status].deduction for status in FILED] == amounts(DEDUCTIONS[year])


@pytest.mark.parametrize("year", years())
def test_what_is_not_indexed_is_the_same_each_year(year: int) -> None:
    rates = rates_of(year)

    assert [rates.statuses[status].loss_limit for status in FILED] == [3000, 3000, 1500, 3000]
    assert [rates.statuses[status].niit_threshold for status in FILED] == [200_000, 250_000, 125_000, 200_000]
    assert (rates.niit, rates.collectibles) == (Decimal("0.038"), Decimal("0.28"))


@pytest.mark.parametrize("year", years())
def test_rates_and_their_ends_ascend_and_every_figure_names_its_source(year: int) -> None:
    rates = rates_of(year)

    for status in rates.statuses.values():
        for bands in (status.ordinary, status.preferential):
            assert all(lower.rate < upper.rate for lower, upper in pairwise(bands))
            assert all(lower.upto < upper.upto for lower, upper in pairwise(bands[:-1]))
    assert set(rates.sources) == {"ordinary", "preferential", "deduction", "loss_limit", "niit"}


@pytest.mark.parametrize("year", years())
def test_a_surviving_spouse_has_the_figures_of_a_joint_return(year: int) -> None:
    statuses = rates_of(year).statuses

    assert statuses[SURVIVOR] == statuses[JOINT]


def test_a_year_without_rates_is_refused_with_the_years_there_are() -> None:
    with pytest.raises(UnknownYear, match="no rates of 2031, only of 2022, 2023, 2024, 2025, 2026") as refused:
        rates_of(2031)

    assert refused.value.known[-1] == "2026"
