import pytest

from holdings.importers.registry import IMPORTERS, detect, read
from holdings.importers.text import decode
from tests.holdings.importers.files import fixture
from tests.holdings.importers.ibkr.files import xml

FILES = [
    ("ibkr_history_2025.csv", "ibkr_history"),
    ("ibkr_activity_2024.csv", "ibkr_activity"),
    ("ibkr_flex_trades_2023.csv", "ibkr_flex_csv"),
    ("ibkr_flex_sections_2026.csv", "ibkr_flex_csv"),
    ("ibkr_flex_2026.xml", "ibkr_flex_xml"),
]


@pytest.mark.parametrize(("name", "importer"), FILES)
def test_a_file_is_recognised_by_its_content(name: str, importer: str) -> None:
    assert detect(decode(fixture(name))).name == importer


@pytest.mark.parametrize(("name", "importer"), FILES)
def test_no_other_reader_claims_it(name: str, importer: str) -> None:
    text = decode(fixture(name))

    assert [reader.name for reader in IMPORTERS if reader.detect(text)] == [importer]


def test_xml_of_one_long_line_is_read() -> None:
    trade = '<Trade currency="USD" symbol="KO" tradeDate="20260918" quantity="1" tradePrice="1" buySell="BUY"/>'

    assert len(read(xml(trade * 500)).rows) == 500
