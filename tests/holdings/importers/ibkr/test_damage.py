"""Whatever happens to a file, its reader gives rows with their problems or refuses it in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdings.importers.base import Importer
from holdings.importers.ibkr.activity import IbkrActivity
from holdings.importers.ibkr.flex_csv import IbkrFlexCsv
from holdings.importers.ibkr.flex_xml import IbkrFlexXml
from holdings.importers.ibkr.history import IbkrHistory
from tests.holdings.importers.files import fixture, rows_unless_refused

FILES = [
    (IbkrHistory(), "ibkr_history_2025.csv"),
    (IbkrActivity(), "ibkr_activity_2024.csv"),
    (IbkrFlexCsv(), "ibkr_flex_trades_2023.csv"),
    (IbkrFlexCsv(), "ibkr_flex_sections_2026.csv"),
    (IbkrFlexXml(), "ibkr_flex_2026.xml"),
]


@pytest.mark.parametrize(("importer", "name"), FILES)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_i06_no_damage_raises_anything_but_the_named_error(importer: Importer, name: str, data: st.DataObject) -> None:
    text = fixture(name).decode()
    start = data.draw(st.integers(0, len(text)))
    noise, length = data.draw(st.text(max_size=20)), data.draw(st.integers(0, 60))

    rows = rows_unless_refused(importer, text[:start] + noise + text[start + length :])

    assert all(row.problems or row.trade_date for row in rows)


@pytest.mark.parametrize(("importer", "name"), FILES[:4])
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_i06_a_cell_of_anything_spoils_its_own_row_alone(importer: Importer, name: str, data: st.DataObject) -> None:
    lines = fixture(name).decode("utf-8-sig").split("\n")
    whole = importer.parse("\n".join(lines)).rows
    (chosen,) = data.draw(st.sampled_from(whole)).rows
    cells = lines[chosen - 1].split(",")
    cells[data.draw(st.integers(3, len(cells) - 1))] = data.draw(st.from_regex(r"\A[A-Za-z0-9.;:/() -]{0,12}\Z"))
    lines[chosen - 1] = ",".join(cells)

    rows = importer.parse("\n".join(lines)).rows

    assert {(row.rows, row.kind) for row in rows} >= {(row.rows, row.kind) for row in whole if row.rows != (chosen,)}
