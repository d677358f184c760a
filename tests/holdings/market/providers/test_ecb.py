import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest

from accounts.clock import today
from holdings.market.providers.base import Empty, Malformed, Point
from holdings.market.providers.ecb import Ecb, read
from tests.holdings.market.sources import Source

HISTORY = "Date,USD,JPY,RUB,\n2024-03-22,1.0823,163.67,N/A,\n2024-03-21,1.0907,165.02,N/A,\n"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
                 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject>
<Cube><Cube time="2024-03-22"><Cube currency="USD" rate="1.0823"/><Cube currency="JPY" rate="163.67"/></Cube></Cube>
</gesmes:Envelope>"""


def zipped(text: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", text)
    return file.getvalue()


def test_it_reads_the_full_history_out_of_the_zip(server: Source) -> None:
    server.tells(zipped(HISTORY), of="eurofxref-hist.zip")
    found = Ecb(server.url).fetch("USD", None)
    assert found.points[0] == Point(dt.date(2024, 3, 21), Decimal("1.0907"))
    assert [point.day.day for point in found.points] == [21, 22]


def test_the_next_currency_needs_no_second_download(server: Source) -> None:
    server.tells(zipped(HISTORY), of="eurofxref-hist.zip")
    ecb = Ecb(server.url)
    assert ecb.fetch("USD", None).points
    assert ecb.fetch("JPY", dt.date(2024, 3, 22)).points == (Point(dt.date(2024, 3, 22), Decimal("163.67")),)
    assert len(server.asked) == 1


def test_recent_days_come_from_the_short_file(server: Source) -> None:
    server.tells(XML.replace("2024-03-22", today().isoformat()), of="eurofxref-hist-90d.xml")
    assert Ecb(server.url).fetch("USD", today()).points == (Point(today(), Decimal("1.0823")),)


def test_the_daily_files_spell_the_day_in_words() -> None:
    table = read(zipped("Date, USD, JPY, \n22 March 2024, 1.0823, 163.67, \n"))
    assert table["JPY"] == (Point(dt.date(2024, 3, 22), Decimal("163.67")),)


@pytest.mark.parametrize("currency", ["RUB", "XAU"])
def test_a_currency_without_rates_is_empty(server: Source, currency: str) -> None:
    server.tells(zipped(HISTORY))
    with pytest.raises(Empty, match=currency):
        Ecb(server.url).fetch(currency, None)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"<a/>",
        b"PK nothing",
        zipped("Day,USD\n"),
        zipped("Date,USD\n2024-03-22,one\n"),
        XML.replace("1.0823", "much").encode(),
        b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>',
    ],
)
def test_anything_else_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed, match="European Central Bank"):
        read(body)
