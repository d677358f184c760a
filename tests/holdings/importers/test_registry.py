from pathlib import Path

import pytest

from holdings.importers.base import MAX_BYTES, ImportFailed
from holdings.importers.registry import IMPORTERS, read
from holdings.importers.text import MAX_LINES, decode
from tests.holdings.importers.files import HEADER, fixture, transactions

FILES = sorted(path.name for path in (Path(__file__).parent / "fixtures").iterdir())
OWN = [name for name in FILES if not name.startswith("mapped_")]
MAPPED = [name for name in FILES if name.startswith("mapped_")]
BROKERS = {"pp": "portfolio"}


@pytest.mark.parametrize("name", OWN)
def test_every_file_is_recognised_by_its_content_and_by_one_reader_alone(name: str) -> None:
    text = decode(fixture(name))

    (score, reader), *others = sorted(((reader.detect(text), reader.name) for reader in IMPORTERS), reverse=True)

    broker = Path(name).stem.split("_")[0]
    assert reader.startswith(BROKERS.get(broker, broker))
    assert score >= 0.9
    assert all(doubt < 0.5 for doubt, _ in others)


@pytest.mark.parametrize("name", MAPPED)
def test_no_reader_claims_a_file_of_no_known_broker(name: str) -> None:
    assert [reader.name for reader in IMPORTERS if reader.detect(decode(fixture(name)))] == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_every_encoding_that_brokers_use(encoding: str) -> None:
    content = transactions("12/27/2022|Cash Dividend|PG|Müller & Söhne||||$1.00").decode().encode(encoding)

    assert read(content).rows[0].description == "Müller & Söhne"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_counts_lines_alike(ending: str) -> None:
    content = transactions("12/27/2022|Cash Dividend|PG|||||$1.00").replace(b"\n", ending.encode())

    assert read(content).rows[0].rows == (2,)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n\r\n", "The file is empty."),
        (b"PK\x03\x04\x14\x00\x06\x00spreadsheet", "not text"),
        (b"%PDF-1.7\n\x00\x01", "not text"),
        (b"x" * (MAX_BYTES + 1), "larger than 20 MB"),
        (b"Date,Action\n" + b"x" * 30_000, "Line 2 is longer than 20,000 characters"),
    ],
)
def test_what_is_no_broker_file_is_refused_in_words(content: bytes, message: str) -> None:
    with pytest.raises(ImportFailed, match=message):
        read(content)


def test_more_lines_than_can_be_held_are_refused() -> None:
    with pytest.raises(ImportFailed, match="more than 400,000 lines"):
        read(transactions() + b"\na,b" * (MAX_LINES + 1))


def test_an_unknown_kind_names_what_it_saw_and_what_it_expected() -> None:
    with pytest.raises(ImportFailed) as refused:
        read(HEADER.replace('"Action",', "").encode())

    message = str(refused.value)
    assert 'It begins with “"Date","Symbol"' in message
    assert "the columns Date, Action, Symbol" in message
    assert "Schwab lot details" in message


def test_an_unknown_kind_that_is_like_no_other_names_what_can_be_read() -> None:
    with pytest.raises(ImportFailed, match=r"It begins with “Dear reader,”\. Files of these kinds can be read: Schwab"):
        read(b"Dear reader,\nthis is a letter.")
