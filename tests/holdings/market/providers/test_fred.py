import datetime as dt
import json
from decimal import Decimal

import pytest

from holdings.market.providers.base import Empty, Fetched, Malformed, NotLicensed, Point, Renamed
from holdings.market.providers.fred import Fred
from tests.holdings.market.sources import Reply, Source

DAY = dt.date(2024, 3, 21)
GRAPH = "observation_date,DGS3MO\n2024-03-20,5.49\n2024-03-21,5.48\n2024-03-29,.\n2024-04-01,\n"


def observations(*rows: tuple[str, str]) -> str:
    return json.dumps({"observations": [{"date": day, "value": value} for day, value in rows]})


def graph(server: Source, answer: Reply | str) -> Fetched:
    server.tells(answer)
    return Fred("", server.url).fetch("DGS3MO", DAY)


def api(server: Source, answer: Reply | str) -> Fetched:
    server.tells(answer)
    return Fred(server.url, "", "secret").fetch("DGS3MO", DAY)


def test_without_a_key_it_reads_the_public_table_and_leaves_out_holidays(server: Source) -> None:
    found = graph(server, GRAPH)
    assert [point.value for point in found.points] == [Decimal("5.49"), Decimal("5.48")]
    assert server.asked[0][1] == {"id": "DGS3MO", "cosd": "2024-03-21"}


def test_the_older_name_of_the_date_column_is_known(server: Source) -> None:
    assert graph(server, "DATE,DGS3MO\n2024-03-21,5.48\n").points == (Point(DAY, Decimal("5.48")),)


def test_with_a_key_it_asks_the_api(server: Source) -> None:
    found = api(server, observations(("2024-03-21", "5.48"), ("2024-03-29", ".")))
    assert found.points == (Point(DAY, Decimal("5.48")),)
    assert server.asked[0][1]["api_key"] == "secret"


def test_a_table_of_another_series_says_what_it_became(server: Source) -> None:
    with pytest.raises(Renamed) as renamed:
        graph(server, "observation_date,DTB3\n2024-03-21,5.2\n")
    assert renamed.value.to == "DTB3"


def test_a_series_without_values_is_empty(server: Source) -> None:
    with pytest.raises(Empty):
        graph(server, "observation_date,DGS3MO\n2024-03-29,.\n")
    with pytest.raises(Empty):
        api(server, observations())


@pytest.mark.parametrize("answer", ["<html></html>", "a,b,c\n", "observation_date,DGS3MO\nyesterday,5\n"])
def test_another_table_is_malformed(server: Source, answer: str) -> None:
    with pytest.raises(Malformed, match="FRED"):
        graph(server, answer)


@pytest.mark.parametrize("answer", ["[]", "{}", "no json", '{"observations": [{"date": "2024-03-21"}]}'])
def test_another_document_is_malformed(server: Source, answer: str) -> None:
    with pytest.raises(Malformed, match="FRED"):
        api(server, answer)


def test_a_refused_key_is_named_so(server: Source) -> None:
    with pytest.raises(NotLicensed):
        api(server, Reply(status=403))
