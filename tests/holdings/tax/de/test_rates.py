"""The dated files: all there, each figure with its source, and the figures as published."""

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

import holdings.tax.de
from holdings.tax.de.rates import base_rate, form_lines, rates_of
from holdings.tax.history import FundShare

FILES = sorted((Path(holdings.tax.de.__file__).parent / "years").glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_figure_has_a_source_and_says_how_sure_it_is(file: Path) -> None:
    tables = tomllib.loads(file.read_text(encoding="utf-8"))

    assert {"allowance", "flat", "solidarity", "private_sales", "base_rate", "tariff"} <= set(tables)
    for name, table in tables.items():
        assert table["source"], name
        assert table["surety"] in {"primary", "secondary", "memory"}, name


@pytest.mark.parametrize(
    ("year", "rate"),
    [(2022, "-0.0005"), (2023, "0.0255"), (2024, "0.0229"), (2025, "0.0253"), (2026, "0.0320")],
)
def test_base_rates_are_those_of_the_ministry(year: int, rate: str) -> None:
    assert base_rate(year) == Decimal(rate)


def test_a_year_without_a_file_has_no_base_rate() -> None:
    assert base_rate(2019) is None


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_the_lines_of_anlage_kap(year: int) -> None:
    assert form_lines(str(year)).kap == {"income": 19, "share_gains": 20, "other_losses": 22, "share_losses": 23}


def test_the_lines_of_anlage_kap_inv_go_by_what_the_fund_holds() -> None:
    lines = form_lines("2025")

    assert (lines.distributions[FundShare.EQUITY], lines.lump_sums[FundShare.EQUITY]) == (4, 9)
    assert [lines.fund_sales[share] for share in lines.fund_sales] == [14, 17, 20, 23, 26]


def test_the_form_of_2023_had_no_lump_sums_and_that_of_2026_is_not_known() -> None:
    assert form_lines("2023").lump_sums == {}
    assert form_lines("2026").kap == {}


@pytest.mark.parametrize(
    ("year", "free"), [(2022, 16_956), (2023, 17_543), (2024, 18_130), (2025, 19_950), (2026, 20_350)]
)
def test_the_surcharge_is_free_up_to(year: int, free: int) -> None:
    assert rates_of(str(year)).solidarity.free == free
