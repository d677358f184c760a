from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.base import DraftRow, Security, Status
from holdings.importers.registry import read
from holdings.ledger.types import Kind
from tests.holdings.importers.files import fixture
from tests.holdings.importers.ibkr.files import corporate, only, xml

MERGED = "DM(US2574541080) Merged(Acquisition) WITH US25746U1097 2492 for 10000"


def at(line: int) -> DraftRow:
    return next(row for row in read(fixture("ibkr_flex_2026.xml")).rows if row.rows[0] == line)


def test_t01_a_split_is_the_change_of_shares() -> None:
    row = only(corporate("2024-06-10|NVDA(US67066G1040) Split 2 for 1 (NVDA, NVIDIA CORP, US67066G1040)|10|0|0"))

    assert (row.kind, row.symbol, row.quantity, row.cash) == (Kind.SPLIT, "NVDA", 10, 0)
    assert (row.trade_date, row.status) == (date(2024, 6, 10), Status.READY)


def test_t02_a_reverse_split_of_one_row_takes_shares_away() -> None:
    row = only(corporate("2024-06-10|VISL(US92836Y2019) Split 1 for 10 (VISL, VISLINK, US92836Y2019)|-9|0|0"))

    assert (row.kind, row.quantity) == (Kind.SPLIT, -9)


def test_t02_a_reverse_split_with_a_new_cusip_is_one_row_of_both_lines() -> None:
    row = at(38)

    assert (row.kind, row.symbol, row.rows) == (Kind.SPLIT, "VISL", (38, 39))
    assert row.quantity == Decimal("-66.6667")


def test_a_space_before_the_identifier_does_not_matter() -> None:
    row = only(corporate("2024-06-10|NVDA (US67066G1040) Split 10 for 1 (NVDA, NVIDIA CORP, US67066G1040)|900|0|0"))

    assert (row.kind, row.symbol) == (Kind.SPLIT, "NVDA")


def test_t18_a_spin_off_asks_for_the_part_of_the_basis() -> None:
    row = at(32)

    assert (row.kind, row.symbol, row.other, row.other_quantity) == (Kind.SPIN_OFF, "GE", "GEV", Decimal("2.5"))
    assert (row.basis_fraction, row.trade_date, row.status) == (None, date(2026, 4, 2), Status.WARNING)
    assert row.problems[0].remedy == "Enter the fraction of the company's Form 8937."


def test_the_parent_of_a_spin_off_keeps_its_own_identifier() -> None:
    assert at(32).security == Security(kind="stock", isin="US3696041033")


def test_a_merger_for_shares_and_cash_is_one_row_with_its_boot() -> None:
    row = at(33)

    assert (row.kind, row.rows, row.symbol, row.quantity) == (Kind.MERGER, (33, 34), "DM", -70)
    assert (row.other, row.other_quantity, row.cash) == ("D", Decimal("17.444"), 35)
    assert row.fair_value == Decimal("1230.5")


def test_a_merger_for_cash_alone_is_a_sale() -> None:
    row = at(35)

    assert (row.kind, row.symbol, row.quantity) == (Kind.SELL, "QRS", -100)
    assert (row.cash, row.price) == (3060, Decimal("30.6"))


def test_a_new_ticker_is_a_symbol_change() -> None:
    row = at(36)

    assert (row.kind, row.rows, row.symbol) == (Kind.SYMBOL_CHANGE, (36, 37), "FB")
    assert (row.other, row.other_quantity) == ("META", 12)


def test_a_new_cusip_under_the_same_ticker_is_kept_and_not_booked() -> None:
    sentence = "PEIX(US69423U3059) CUSIP/ISIN Change to (US0215131063)"

    rows = read(
        corporate(
            f"2024-01-14|{sentence} (PEIX.OLD, PACIFIC ETHANOL INC, US69423U3059)|-140|0|0",
            f"2024-01-14|{sentence} (PEIX, ALTO INGREDIENTS INC, US0215131063)|140|0|0",
        )
    ).rows

    assert [(row.kind, row.quantity, row.status) for row in rows] == [
        (None, -140, Status.WARNING),
        (None, 140, Status.WARNING),
    ]


@pytest.mark.parametrize(
    ("sentence", "moved", "kind"),
    [
        ("Stock Dividend US0000000001 1 for 20", "5|0|0", Kind.SPLIT),
        ("Cash in Lieu of Fractional Shares", "-0.4|12.1|0", Kind.CASH_IN_LIEU),
        ("Delisted", "-100|0|0", Kind.WORTHLESS),
        ("Bond Maturity for USD 1.00 per Bond", "-5000|5000|0", Kind.SELL),
    ],
)
def test_other_plain_events_are_booked(sentence: str, moved: str, kind: Kind) -> None:
    row = only(corporate(f"2024-06-10|ABC(US0000000001) {sentence} (ABC, ABC INC, US0000000001)|{moved}"))

    assert (row.kind, row.symbol) == (kind, "ABC")


@pytest.mark.parametrize(
    "row",
    [
        "2024-06-10|XOM(US30231G1022) Subscribable Rights Issue 1 for 10 (XOM.RTS, RIGHTS, US0000000009)|10|0|0",
        "2024-06-10|ABC(US0000000001) Tendered to US0000000001 1 FOR 1 (ABC.TEN, ABC - TENDER, US0000000001)|10|0|0",
        f"2024-06-10|{MERGED} (DM, DOMINION MIDSTREAM LP, US2574541080)|-70|0|0",
        "2024-06-10|ABC(US0000000001) Split 2 for 1 (XYZ, XYZ INC, US0000000002)|10|0|0",
        "2024-06-10|something else happened|10|0|0",
    ],
)
def test_an_event_that_is_not_plain_is_kept_with_what_to_do(row: str) -> None:
    kept = only(corporate(row))

    assert (kept.kind, kept.status, kept.quantity) == (None, Status.WARNING, 10 if "|10|" in row else -70)
    assert kept.problems[0].remedy == "Record the event by hand from the broker's notice."


def test_two_rows_that_came_of_one_merger_are_not_guessed_at() -> None:
    rows = read(
        corporate(
            f"2024-06-10|{MERGED} (DM, DOMINION MIDSTREAM LP, US2574541080)|-70|0|0",
            f"2024-06-10|{MERGED} (D, DOMINION ENERGY INC, 25746U109)|17|0|0",
            f"2024-06-10|{MERGED} (E, ANOTHER INC, 25746U109)|3|0|0",
        )
    ).rows

    assert [row.kind for row in rows] == [None, None, None]


def test_a_sentence_without_its_last_part_is_of_the_row_s_own_symbol() -> None:
    action = (
        '<CorporateAction currency="USD" assetCategory="STK" symbol="NVDA" reportDate="20240610" quantity="180"'
        ' actionDescription="NVDA(US67066G1040) SPLIT 10 FOR 1" type="FS" />'
    )

    row = only(xml(f"<CorporateActions>{action}</CorporateActions>"))

    assert (row.kind, row.symbol, row.quantity) == (Kind.SPLIT, "NVDA", 180)


def test_of_two_sentences_the_one_that_names_the_row_is_read() -> None:
    change = "FB(US30303M1027) CUSIP/ISIN CHANGE TO (US30303M2017)"
    action = (
        '<CorporateAction currency="USD" assetCategory="STK" symbol="FB" reportDate="20260609" quantity="12"'
        f' actionDescription="{change}" description="{change} (META, META PLATFORMS INC, US30303M2017)" type="IC" />'
    )

    row = only(xml(f"<CorporateActions>{action}</CorporateActions>"))

    assert (row.kind, row.symbol, row.other) == (Kind.SYMBOL_CHANGE, "FB", "META")


def test_without_a_day_of_the_report_an_event_after_the_close_counts_from_the_next_day() -> None:
    content = corporate("2024-06-07|NVDA(US67066G1040) Split 2 for 1 (NVDA, NVIDIA CORP, US67066G1040)|10|0|0")

    row = only(content.replace(b"Report Date,Date/Time", b"Date/Time").replace(b'"2024-06-07","2024', b'"2024'))

    assert row.trade_date == date(2024, 6, 8)


def test_a_merger_across_two_currencies_is_not_guessed_at() -> None:
    sentence = "RGLD.CAD(10000001) Merged(Acquisition) WITH RGLD 1 for 1"
    content = corporate(
        f"2025-10-29|{sentence} (RGLD.CAD, ROYAL GOLD INC, US0000000002)|-100|0|-25840",
        f"2025-10-29|{sentence} (RGLD, ROYAL GOLD INC, US0000000002)|100|0|18550",
    )

    assert [row.kind for row in read(content.replace(b'"USD"', b'"CAD"', 1)).rows] == [None, None]


def test_events_of_two_days_stay_apart() -> None:
    split = "NVDA(US67066G1040) Split 2 for 1 (NVDA, NVIDIA CORP, US67066G1040)"

    rows = read(corporate(f"2024-06-10|{split}|10|0|0", f"2024-09-10|{split}|20|0|0")).rows

    assert [(row.trade_date, row.quantity) for row in rows] == [(date(2024, 6, 10), 10), (date(2024, 9, 10), 20)]
