"""Exports that overlap, whatever year their columns are named by, hold equal rows (I-02, I-04)."""

from collections.abc import Sequence

import pytest

from holdings.importers.fingerprint import identify
from holdings.importers.registry import read
from tests.holdings.importers.files import fixture

OLD = (
    "Run Date,Action,Symbol,Security Description,Security Type,Quantity,Price ($),Commission ($),Fees ($),"
    "Accrued Interest ($),Amount ($),Settlement Date\n"
    "07/15/2026, YOU BOUGHT KO (KO) (Cash), KO, COCA COLA CO,Cash,10,63.57,,,,-635.7,07/16/2026\n"
    "07/14/2026, FEE CHARGED (Cash),, No Description,Cash,,,,,,-7.50,\n"
    "07/14/2026, FEE CHARGED (Cash),, No Description,Cash,,,,,,-7.50,\n"
)
NEW = (
    "Run Date,Account,Account Number,Action,Symbol,Description,Type,Exchange Quantity,Exchange Currency,Currency,Price,"
    "Quantity,Exchange Rate,Commission,Fees,Accrued Interest,Amount,Settlement Date\n"
    '07-15-2026,"A","333333321","YOU BOUGHT KO (KO) (Cash)",KO,"COCA COLA CO",Cash,0,,USD,63.57,10.000,0,,,,-635.70,\n'
    '07-14-2026,"A","333333321","FEE CHARGED (Cash)", ,"No Description",Cash,0,,USD,,0.000,0,,,,-7.5,\n'
    '07-14-2026,"A","333333321","FEE CHARGED (Cash)", ,"No Description",Cash,0,,USD,,0.000,0,,,,-7.5,\n'
)


def keys(content: bytes) -> Sequence[tuple[str, int]]:
    return [(row.fingerprint, row.occurrence) for row in identify(read(content).rows, "account")]


def test_I_04_exports_of_two_years_hold_equal_rows() -> None:
    assert keys(OLD.encode()) == keys(NEW.encode())


def test_I_02_two_equal_fees_of_a_day_are_both_kept() -> None:
    assert len(set(keys(NEW.encode()))) == 3


@pytest.mark.parametrize(
    "name",
    [
        "schwab_transactions_2025.csv",
        "fidelity_history_2025.csv",
        "vanguard_download_2022.csv",
        "robinhood_activity_2023.csv",
    ],
)
def test_I_04_every_row_of_a_file_has_a_key_of_its_own_that_a_second_reading_gives_again(name: str) -> None:
    first = keys(fixture(name))

    assert first == keys(fixture(name))
    assert len(set(first)) == len(first)
