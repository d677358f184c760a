"""Scenarios as bars, with what is held now as hollow marks on them."""

from holdings.figures.stress import StressRow, stress

ROWS = [StressRow("1987", -300.0, -200.0), StressRow("2008", -900.0, -700.0), StressRow("Rates up", 50.0, 60.0)]


def test_bars_are_what_would_be_and_marks_what_is() -> None:
    bars, marks = stress(ROWS)["data"]
    assert bars["x"] == [-200.0, -700.0, 60.0]
    assert marks["x"] == [-300.0, -900.0, 50.0]
    assert bars["y"] == marks["y"] == [2, 1, 0]


def test_without_a_proposal_nothing_is_compared() -> None:
    figure = stress([StressRow(row.name, row.before) for row in ROWS])
    assert len(figure["data"]) == 1
    assert figure["keys"] == []
    assert figure["table"]["head"] == ["Scenario", "As held, $"]


def test_zero_is_on_the_axis_and_every_bar_within_it() -> None:
    low, high = stress(ROWS)["layout"]["xaxis"]["range"]
    assert low < -900
    assert high > 60


def test_its_finding_is_the_largest_loss_and_its_table_has_every_number() -> None:
    figure = stress(ROWS)
    assert figure["label"] == "Change of value by scenario, largest loss: 2008, −$900 as held, −$700 after."
    assert figure["table"]["rows"] == [["1987", "−300", "−200"], ["2008", "−900", "−700"], ["Rates up", "50", "60"]]


def test_a_household_that_nothing_moves_is_drawn() -> None:
    figure = stress([StressRow("Rates up", 0.0)])
    assert figure["layout"]["xaxis"]["tickvals"] == [0.0]
