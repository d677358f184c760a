"""The efficient frontier and the target on it."""

from holdings.figures.frontier import frontier

POINTS = [(0.1 + 0.01 * at, 0.02 + 0.002 * at) for at in range(40)]


def test_the_label_says_where_it_runs_and_where_the_target_stands() -> None:
    said = (
        "From 10.0% volatility for 2.0% of expected return above cash to 49.0% for 9.8%; the target has 12.0% for 2.2%."
    )
    assert frontier(POINTS, (0.12, 0.022))["label"] == said


def test_the_table_has_some_of_the_points() -> None:
    rows = frontier(POINTS, (0.12, 0.022))["table"]["rows"]
    assert len(rows) == 10
    assert rows[0] == ["10.00%", "2.00%"]


def test_one_point_is_drawn_too() -> None:
    assert frontier([(0.1, 0.02)], (0.1, 0.02))["data"][0]["x"] == [0.1]
