import time

import pytest

from holdings.importers.base import ImportFailed
from holdings.importers.text import MAX_CELL_LINES, delimiter, opening, records


def read(text: str, sign: str = ",") -> list[tuple[int, list[str]]]:
    return list(records(text, sign))


def test_a_quoted_cell_may_span_lines_and_the_next_record_keeps_its_line_number() -> None:
    assert read('a,b\n1,"two\nlines\n\nand more",3\n4,5\n') == [
        (1, ["a", "b"]),
        (2, ["1", "two\nlines\n\nand more", "3"]),
        (6, ["4", "5"]),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_counts_alike_inside_cells_too(ending: str) -> None:
    assert read(f'a{ending}"b{ending}c",d{ending}e') == [(1, ["a"]), (2, ["b\nc", "d"]), (4, ["e"])]


def test_blank_lines_and_lines_of_commas_are_no_records() -> None:
    assert read("\ufeff\n,,,,\r\n  \n a , b,\n") == [(4, ["a", "b", ""])]


@pytest.mark.parametrize(
    "following",
    [
        '"12/27/2022","Bank Interest","$1.00"',
        "12/27/2022,Bank Interest,1.00",
        '12/27/2022,"Bank Interest",1.00',
    ],
)
def test_a_stray_quote_spoils_its_own_line_alone(following: str) -> None:
    broken, *rest = read('1,"COCA COLA,2\n' + "\n".join([following] * 100))

    assert broken == (1, ["1", "COCA COLA,2"])
    assert [line for line, _ in rest] == list(range(2, 102))


def test_a_quote_inside_a_cell_is_kept() -> None:
    assert read('BANK 3" NOTE,"say ""so""",x') == [(1, ['BANK 3" NOTE', 'say "so"', "x"])]


def test_a_cell_left_open_ends_with_its_line_after_a_bounded_search() -> None:
    rows = read('"open\n' + "plain,2\n" * (MAX_CELL_LINES + 5) + 'x,"closed"')

    assert len(rows) == MAX_CELL_LINES + 7
    assert rows[-1][1] == ["x", "closed"]


def test_stray_quotes_on_every_line_of_a_large_file_take_no_more_than_seconds() -> None:
    begun = time.perf_counter()

    assert len(read('a,"b\n' * 100_000)) == 100_000
    assert time.perf_counter() - begun < 10


def test_a_line_without_end_is_refused_wherever_it_stands() -> None:
    with pytest.raises(ImportFailed, match="Line 3 is longer"):
        read("a,b\n1,2\n" + "x" * 300_000)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("a,b,c\n1,2,3\n", ","),
        ('Date;Value;Note\n2024-01-02;"1.234,50";x\n2024-01-03;7,5;y\n', ";"),
        ("a\tb\n1,5\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ('"x; y",b,c\n"p; q",2,3\n', ","),
        ("one column\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_what_makes_the_most_columns(text: str, sign: str) -> None:
    assert delimiter(text) == sign


def test_the_opening_of_a_large_file_is_read_without_the_rest() -> None:
    assert len(opening("a,b\n" * 100_000)) == 60
