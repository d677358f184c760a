from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from holdings.importers.fingerprint import fingerprint, identify
from holdings.importers.registry import read
from holdings.ledger.types import Character, Kind
from tests.holdings.importers.files import fixture, lots, transactions
from tests.holdings.importers.ofx_files import bought, ofx, paid, statement

BUY = "03/01/2022|Buy|XOM|EXXON MOBIL CORP|40|$79.10|$4.95|-$3,168.95"
OLDER = "02/25/2022|MoneyLink Transfer||Tfr ANY BANK||||$20,000.00"
NEWER = "03/02/2022|Sell|XOM|EXXON MOBIL CORP|40|$80.00||$3,200.00"


def keys(content: bytes, account: str = "taxable") -> list[tuple[str, int]]:
    return [(row.fingerprint, row.occurrence) for row in identify(read(content).rows, account)]


@pytest.mark.parametrize(
    "name", ["schwab_transactions_2022.csv", "schwab_transactions_2024.csv", "schwab_lots_2023.csv"]
)
def test_the_same_file_again_adds_nothing(name: str) -> None:
    known = set(keys(fixture(name)))

    assert len(known) == len(read(fixture(name)).rows)
    assert set(keys(fixture(name))) - known == set()


def test_I_02_identical_rows_of_one_day_are_all_kept() -> None:
    fee = "06/15/2022|Service Fee||FEE||||($7.50)"

    rows = keys(transactions(fee, fee, "06/15/2022|Service Fee||FEE||||-$63.27"))

    assert len(set(rows)) == 3
    assert [occurrence for _, occurrence in rows] == [1, 2, 1]


def test_two_identical_fills_of_one_day_both_stay() -> None:
    assert len(set(keys(transactions(BUY, BUY)))) == 2


def test_I_04_overlapping_exports_add_only_what_is_new() -> None:
    spring = set(keys(transactions(BUY, BUY, OLDER)))
    summer = set(keys(transactions(NEWER, BUY, BUY)))

    assert len(summer - spring) == 1
    assert len(spring | summer) == 4


def test_the_same_event_in_another_layout_is_the_same() -> None:
    moved_columns = (
        '"Date","Action","Symbol","Description","Price","Quantity","Fees & Comm","Amount",\n'
        '"03/01/2022","Buy","xom","EXXON MOBIL CORPORATION","$79.1000","40.00","4.95","-$3168.95",\n'
    )

    assert keys(moved_columns.encode()) == keys(transactions(BUY))


@pytest.mark.parametrize(
    "change",
    [
        {"trade_date": date(2022, 3, 2)},
        {"symbol": "CVX"},
        {"quantity": Decimal(41)},
        {"cash": Decimal("-3168.96")},
        {"currency": "EUR"},
    ],
)
def test_another_event_is_another(change: dict[str, object]) -> None:
    (row,) = read(transactions(BUY)).rows

    assert fingerprint(replace(row, **change), "taxable") != fingerprint(row, "taxable")  # type: ignore[arg-type]


def test_a_character_that_a_later_export_adds_or_a_person_corrects_makes_no_other_row() -> None:
    (row,) = read(transactions("12/27/2022|Long Term Cap Gain|VTSAX|VANGUARD||||$5.00")).rows

    assert fingerprint(replace(row, character=Character.UNKNOWN), "taxable") == fingerprint(row, "taxable")


def test_the_same_row_in_another_account_is_another() -> None:
    assert set(keys(transactions(BUY))).isdisjoint(keys(transactions(BUY), "roth"))


def test_rows_of_unknown_meaning_are_told_apart_by_their_cells() -> None:
    rights = "10/03/2022|Dist Rights Trans|GE|GENERAL ELECTRIC CO|3|||"

    assert len({print_ for print_, _ in keys(transactions(rights, rights.replace("|3|", "|4|")))}) == 2


def test_a_later_lot_file_with_a_restated_basis_adds_nothing() -> None:
    then = lots("05/03/2021|100|$35.85|$3,585.25", "06/03/2021|100|--|--")
    later = lots(
        "05/03/2021|100|$36.00|$3,600.00",
        "06/03/2021|100|$40.00|$4,000.00",
        banner="KO Lot Details for XXXX-4321 as of 02:45 AM ET, 01/31/2023",
    )

    assert keys(later) == keys(then)


def test_identities_of_rows_stored_before_stay() -> None:
    """Changing these would import every known row again."""
    stored = [print_[:16] for print_, _ in keys(transactions(BUY, OLDER))]

    assert stored == ["5b8341de4582d036", "9911233d6a71421f"]


def test_what_came_of_a_corporate_action_is_part_of_its_identity() -> None:
    (row,) = read(transactions(BUY)).rows
    child = replace(row, kind=Kind.SPIN_OFF, other="WBD", other_quantity=Decimal(22))

    changed = [
        child,
        replace(child, other="T"),
        replace(child, other_quantity=Decimal(23)),
        replace(child, other_currency="EUR"),
        replace(child, other_currency="EUR", other_cash=Decimal(1)),
    ]
    assert len({fingerprint(each, "taxable") for each in changed}) == 5


def test_i04_overlapping_downloads_of_one_account_add_nothing_twice() -> None:
    june = set(keys(ofx(statement(bought(), paid("T-7", "-7.50"), paid("T-8", "-7.50")))))
    july = set(keys(ofx(statement(bought(), paid("T-7", "-7.50"), paid("T-8", "-7.50"), bought("T-9", "20230801")))))

    assert len(june) == 3
    assert len(july - june) == 1


def test_i04_a_download_and_a_table_of_the_same_broker_hold_the_same_trade() -> None:
    table = keys(transactions("07/14/2023|Buy|KO|COCA COLA CO|10|$60.50|$4.95|-$609.95"))

    assert keys(ofx(statement(bought()))) == table
