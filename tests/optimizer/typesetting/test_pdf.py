"""One page of paper: whatever it has to say, it says on one page, and in its own letters."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from holdings.figures import AllocationRow
from optimizer import typesetting
from optimizer.pages.report import sheet as paper
from optimizer.pages.report.sheet import Found, Lead, Lines, Row, Sheet, Stat, Table, Tick

SENTENCE = "What is said of a trade is as long as it may be, and goes on. " * 4
PLAIN = Sheet("a4", "Proposal 1", "2022-12-28", "Hale", "Solved from prices at close.", "Hale. USD.", ["Assumed."])


def read(sheet: Sheet) -> PdfReader:
    return PdfReader(BytesIO(typesetting.pdf(sheet.text)))


def words(sheet: Sheet) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(sheet).pages).split())


def table(rows: int, *, detail: str = "") -> Table:
    name = "A holding of a long name in an account of one"
    return Table("Trades", ["Trade", "Value, $"], [Row([f"{name} {at}", "1,000"], detail) for at in range(rows)])


def full(kind: str) -> Sheet:
    """Every place taken, every text at its longest."""
    weights = [AllocationRow(f"Sector {at}", "tech", 0.01 * at, 0.05, 0.06, 0.03, 0.09) for at in range(16)]
    chart = Lines("Value", "At each close", "x", [(0, 0.5), (1, 0.7)], [Tick(0.5, "$1m")], [Tick(0, "Oct 2022")])
    return Sheet(
        kind,
        "Fourth quarter of 2022",
        "2022-12-28",
        "H" * paper.NAME,
        SENTENCE,
        SENTENCE[: paper.SENTENCE],
        paper.paragraphs([SENTENCE * 3] * 9),
        lead=Lead("28 trades would cut tracking error. " * 8, SENTENCE * 2),
        stats=[Stat("Time-weighted", "−11.67%", "What it means, in ninety letters at most. " * 2)] * 4,
        wide=[chart],
        left=[table(14), table(6)],
        right=[
            paper.weights("Allocation", "Share", "x", weights),
            Table("Rules", [""], [Row([SENTENCE[: paper.SENTENCE]])] * 5, left=3),
        ],
        long=table(120, detail=SENTENCE[: paper.SENTENCE]),
        said=[Found("Walk-forward:", SENTENCE[: paper.SENTENCE], "Close of 28 Dec 2022.")] * paper.SAID,
        said_aside="Known by 28 Dec 2022",
    )


@pytest.mark.parametrize("kind", ["a4", "us-letter"])
def test_a_full_sheet_is_one_page_and_says_what_it_leaves_out(kind) -> None:
    sheet = full(kind)
    assert len(read(sheet).pages) == 1
    assert "more, on the page of this report" in words(sheet)


@pytest.mark.parametrize(("kind", "size"), [("a4", (595, 842)), ("us-letter", (612, 792))])
def test_it_is_of_the_paper_that_is_asked_for(kind, size) -> None:
    box = read(replace(PLAIN, paper=kind)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_as_many_rows_as_there_is_room_for_are_shown() -> None:
    few, many = (words(replace(PLAIN, long=table(rows))) for rows in (20, 200))
    assert "account of one 19" in few
    assert "more, on the page" not in few
    assert "account of one 30" in many
    assert "account of one 199" not in many


def test_markup_in_a_text_stays_text() -> None:
    said = '#emph[x] $y$ *bold* _under_ \\ "quoted" <label> @ref // gone'
    assert said in words(replace(PLAIN, household=said))


def test_letters_of_any_script_are_typeset() -> None:
    assert len(read(replace(PLAIN, household="Żółć Ελλάδα Привет 日本 שלום")).pages) == 1
    assert "Żółć Ελλάδα Привет" in words(replace(PLAIN, household="Żółć Ελλάδα Привет 日本 שלום"))


def test_equal_sheets_give_equal_bytes() -> None:
    assert typesetting.pdf(full("a4").text) == typesetting.pdf(full("a4").text)


def test_it_is_tagged_titled_and_says_in_words_what_it_draws() -> None:
    made = read(full("a4"))
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert made.metadata is not None
    assert made.metadata.title == f"Fourth quarter of 2022, {'H' * paper.NAME}"
    assert b"pdfuaid:part" in made.trailer["/Root"]["/Metadata"].get_data()


def test_the_same_sheet_has_the_same_digest_and_another_has_not() -> None:
    assert json.loads(PLAIN.text)["title"] == "Proposal 1"
    assert replace(PLAIN).digest == PLAIN.digest != replace(PLAIN, under="Anew.").digest


@pytest.mark.parametrize(
    ("text", "cut"),
    [("short", "short"), ("several words too many", "several…"), ("W" * 20, "W" * 11 + "…"), ("a" * 12, "a" * 12)],
)
def test_a_long_text_is_cut_at_a_word_or_where_it_has_none(text, cut) -> None:
    assert paper.cut(text, 12) == cut
