"""Whatever happens to a file, its reader gives rows with their problems or refuses it in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import Importer
from holdings.importers.etrade.gains import EtradeGains
from holdings.importers.etrade.lots import EtradeLots
from holdings.importers.etrade.transactions import EtradeTransactions
from holdings.importers.registry import IMPORTERS, detect
from holdings.importers.text import decode
from tests.holdings.importers.files import fixture, rows_unless_refused

FILES = [
    (EtradeTransactions(), "etrade_transactions_2023.csv"),
    (EtradeTransactions(), "etrade_transactions_2025.csv"),
    (EtradeLots(), "etrade_portfolio_2026.csv"),
    (EtradeLots(), "etrade_positions_2025.csv"),
    (EtradeGains(), "etrade_gains_2025.csv"),
]


@pytest.mark.parametrize(("importer", "name"), FILES)
def test_a_file_is_recognised_by_its_content_and_claimed_by_no_other_reader(importer: Importer, name: str) -> None:
    text = decode(fixture(name))

    assert detect(text).name == importer.name
    assert [reader.name for reader in IMPORTERS if reader.detect(text)] == [importer.name]


@pytest.mark.parametrize(("importer", "name"), FILES)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_i06_no_damage_raises_anything_but_the_named_error(importer: Importer, name: str, data: st.DataObject) -> None:
    text = fixture(name).decode()
    start = data.draw(st.integers(0, len(text)))
    noise, length = data.draw(st.text(max_size=20)), data.draw(st.integers(0, 60))

    rows = rows_unless_refused(importer, text[:start] + noise + text[start + length :])

    assert all(row.problems or row.trade_date for row in rows)


@pytest.mark.parametrize(("importer", "name"), FILES[:2])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_i06_a_cell_of_anything_spoils_its_own_row_alone(importer: Importer, name: str, data: st.DataObject) -> None:
    lines = fixture(name).decode().split("\n")
    whole = [row for row in importer.parse("\n".join(lines)).rows if "MARGIN" not in row.description]
    (chosen,) = data.draw(st.sampled_from(whole)).rows
    cells = lines[chosen - 1].split(",")
    cells[data.draw(st.integers(0, len(cells) - 1))] = data.draw(st.from_regex(r"\A[A-Za-z0-9.;:/() -]{0,12}\Z"))
    lines[chosen - 1] = ",".join(cells)

    rows = importer.parse("\n".join(lines)).rows

    assert {(row.rows, row.kind) for row in rows} >= {(row.rows, row.kind) for row in whole if row.rows != (chosen,)}
