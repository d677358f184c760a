"""Where a year stands in its schedules: bands up to what is in sight, a mark, and the words above."""

from decimal import Decimal

from holdings.figures.brackets import brackets
from holdings.tax.outcome import Band, Schedule

ORDINARY = Schedule(
    code="ordinary",
    label="Ordinary income",
    base=Decimal(60_000),
    bands=(
        Band(Decimal("0.12"), Decimal(48_000)),
        Band(Decimal("0.22"), Decimal(103_000)),
        Band(Decimal("0.37"), None),
    ),
    next_rate=Decimal("0.22"),
    room=Decimal(43_000),
)
TOP = Schedule("top", "Top", Decimal(60_000), (Band(Decimal("0.038"), None),), Decimal("0.038"), None)


def words(*schedules: Schedule) -> list[str]:
    return [note["text"] for note in brackets(schedules)["layout"]["annotations"]]


def test_the_words_say_where_the_year_stands_and_how_far_the_next_threshold_is() -> None:
    assert words(ORDINARY)[0] == "Ordinary income<br>&#36;60,000, &#36;43,000 below &#36;103,000"


def test_beyond_the_last_threshold_there_is_no_distance() -> None:
    assert words(TOP)[0] == "Top<br>&#36;60,000"


def test_the_next_threshold_is_in_sight_and_bands_beyond_the_axis_are_cut() -> None:
    layout = brackets([ORDINARY])["layout"]
    ends = [shape["x1"] for shape in layout["shapes"] if shape["type"] == "rect"]

    assert ends == [48_000, 103_000, layout["xaxis"]["range"][1]]


def test_a_loss_is_marked_at_the_beginning_of_the_axis() -> None:
    below = Schedule("o", "Ordinary income", Decimal(-500), ORDINARY.bands, Decimal(0), Decimal(500))
    mark = next(shape for shape in brackets([below])["layout"]["shapes"] if shape["type"] == "line")

    assert (mark["x0"], mark["x1"]) == (0, 0)


def test_the_table_has_every_band_and_where_the_year_is() -> None:
    rows = brackets([ORDINARY])["table"]["rows"]

    assert rows == [
        ["Ordinary income: 12%", "0", "48,000", "–"],
        ["Ordinary income: 22%", "48,000", "103,000", "60,000"],
        ["Ordinary income: 37%", "103,000", "and more", "–"],
    ]
