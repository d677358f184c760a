"""A few measures over time."""

from datetime import date

from holdings.figures.lines import Line, lines

DAYS = [date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)]


def test_each_line_is_a_trace_with_its_key_and_gaps_stay_gaps():
    figure = lines(DAYS, [Line("A", "accent", [0.1, None, 0.3]), Line("B", "warn", [0.2, 0.2, 0.2])], "Found")
    assert [trace["y"] for trace in figure["data"]] == [[0.1, None, 0.3], [0.2, 0.2, 0.2]]
    assert [key["word"] for key in figure["keys"]] == ["A", "B"]
    assert figure["label"] == "Found"


def test_the_axis_starts_at_zero_or_below_what_is_below():
    def low(values: list[float]) -> float:
        return lines(DAYS, [Line("A", "accent", values)], "", percent=False)["layout"]["yaxis"]["range"][0]

    assert low([0.1, 0.2, 0.3]) == 0
    assert low([-0.1, 0.2, 0.3]) < -0.1


def test_the_table_writes_per_cent_or_plain_figures_and_ends_with_the_last_day():
    line = [Line("A", "accent", [0.1, None, 0.305])]
    assert lines(DAYS, line, "")["table"]["rows"] == [
        ["1 Jan 2020", "10.0%"],
        ["1 Jan 2021", "–"],
        ["1 Jan 2022", "30.5%"],
    ]
    assert lines(DAYS, line, "", percent=False)["table"]["rows"][-1] == ["1 Jan 2022", "0.30"]
    many = [date.fromordinal(730000 + day) for day in range(100)]
    rows = lines(many, [Line("A", "accent", [0.1] * 100)], "")["table"]["rows"]
    assert len(rows) <= 24
    assert rows[-1][0] == f"{many[-1].day} {many[-1]:%b %Y}"
