"""Windows of 61 days: 30 before, 30 after, today, and what follows in words."""

import datetime as dt

from holdings.figures.windows import Mark, Window, windows

SOLD = Window("KO", "Sold at a loss, 15 Dec 2022", Mark.SOLD, dt.date(2022, 12, 15), "Do not buy before 15 Jan 2023")
TODAY = dt.date(2022, 12, 28)


def test_the_bars_reach_thirty_days_to_either_side() -> None:
    rects = [shape for shape in windows([SOLD], TODAY)["layout"]["shapes"] if shape["type"] == "rect"]

    assert [(bar["x0"], bar["x1"]) for bar in rects] == [("2022-11-15", "2022-12-15"), ("2022-12-15", "2023-01-14")]


def test_today_is_a_line() -> None:
    line = next(shape for shape in windows([SOLD], TODAY)["layout"]["shapes"] if shape["type"] == "line")

    assert line["x0"] == "2022-12-28"


def test_what_follows_stands_above_the_bar_and_in_the_table() -> None:
    figure = windows([SOLD], TODAY)

    assert figure["layout"]["annotations"][1]["text"] == (
        "KO: Sold at a loss, 15 Dec 2022.<br>Do not buy before 15 Jan 2023."
    )
    assert figure["table"]["rows"] == [
        ["KO", "Sold at a loss, 15 Dec 2022", "14 Jan 2023", "Do not buy before 15 Jan 2023"]
    ]


def test_each_window_has_its_own_mark() -> None:
    proposed = Window("XOM", "Would be sold", Mark.PROPOSED, dt.date(2022, 12, 29), "Would not be bought")
    (marks,) = windows([SOLD, proposed], TODAY)["data"]

    assert marks["marker"]["symbol"] == ["triangle-down", "triangle-down-open"]


def test_the_key_names_each_mark_that_is_drawn_and_no_other() -> None:
    proposed = Window("XOM", "Would be sold", Mark.PROPOSED, dt.date(2022, 12, 29), "Would not be bought")

    assert [(key["mark"], key["word"]) for key in windows([SOLD, proposed], TODAY)["keys"][:2]] == [
        ("down", "Sale at a loss"),
        ("down-open", "Would be sold at a loss"),
    ]
    assert [key["mark"] for key in windows([SOLD], TODAY)["keys"]] == ["down", "zone", "zone"]
