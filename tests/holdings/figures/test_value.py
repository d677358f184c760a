"""The line of the household against the money put in."""

import datetime as dt

from holdings.figures import value_over_time
from holdings.figures.value import thinned

DAYS = [dt.date(2022, 1, 3) + dt.timedelta(days=at) for at in range(60)]
VALUES = [1_000_000.0 + 1000 * at for at in range(60)]
FLOWS = [0.0] * 10 + [25_000.0] + [0.0] * 29 + [-5_000.0] + [0.0] * 19


def test_money_put_in_starts_at_the_first_value_and_steps_with_the_flows() -> None:
    put_in = value_over_time(DAYS, VALUES, FLOWS)["data"][0]
    assert put_in["name"] == "Put in"
    assert put_in["line"]["shape"] == "hv"
    assert [put_in["y"][at] for at in (0, 9, 10, 40)] == [1_000_000, 1_000_000, 1_025_000, 1_020_000]


def test_flows_point_up_when_paid_in_and_down_when_taken_out() -> None:
    flows = value_over_time(DAYS, VALUES, FLOWS)["data"][-1]
    assert flows["marker"]["symbol"] == ["triangle-up", "triangle-down"]
    assert flows["customdata"] == ["25,000 paid in", "5,000 taken out"]


def test_every_colour_is_a_token() -> None:
    figure = value_over_time(DAYS, VALUES, FLOWS, VALUES, "S&P 500")
    assert [trace["line"]["color"] for trace in figure["data"][:-1]] == ["@line-2", "@ink-3", "@accent"]


def test_lines_are_labelled_at_their_ends_without_a_bare_dollar_sign() -> None:
    notes = value_over_time(DAYS, VALUES, FLOWS, [1_059_000.0] * 60, "60/40")["layout"]["annotations"][:3]
    assert [note["text"] for note in notes] == ["Household &#36;1.06m", "60/40 &#36;1.06m", "Put in &#36;1.02m"]
    assert [note["font"]["weight"] for note in notes] == [600, 400, 400]
    assert notes[0]["yshift"] - notes[1]["yshift"] >= 16


def test_the_finding_and_the_table_say_what_the_lines_say() -> None:
    figure = value_over_time(DAYS, VALUES, FLOWS)
    assert figure["label"] == (
        "Household value from 3 Jan 2022 to 3 Mar 2022: $1.00m to $1.06m, lowest $1.00m, with $1.02m put in."
    )
    assert figure["table"]["rows"][0] == ["31 Jan 2022", "1,028,000", "1,025,000"]
    assert [row[0] for row in figure["table"]["rows"]] == ["31 Jan 2022", "28 Feb 2022", "3 Mar 2022"]


def test_a_single_day_can_be_drawn() -> None:
    figure = value_over_time(DAYS[:1], [0.0], [0.0])
    assert figure["data"][1]["y"] == [0.0]


def test_thinning_keeps_extremes_ends_and_flows() -> None:
    values = [float(at % 97) for at in range(5000)]
    values[2500], values[2600] = -50.0, 500.0
    kept = thinned(values, {1234})
    assert {0, 1234, 2500, 2600, 4999} <= set(kept)
    assert len(kept) <= 604


def test_the_last_flow_of_each_direction_is_named() -> None:
    flows = [0.0, 5.0, 7.0] + [0.0] * 27 + [-2.0] + [0.0] * 29
    figure = value_over_time(DAYS, VALUES, flows)
    names = figure["layout"]["annotations"][2:]
    assert [(name["text"], name["x"], name["yshift"]) for name in names] == [
        ("paid in", "2022-01-05", 0),
        ("taken out", "2022-02-02", 0),
    ]
    assert [key["mark"] for key in figure["keys"]] == ["solid", "solid", "up", "down"]


def test_names_of_flows_that_would_touch_stand_above_each_other() -> None:
    names = value_over_time(DAYS, VALUES, [0.0, -5.0, 7.0] + [0.0] * 57)["layout"]["annotations"][2:]
    assert [(name["text"], name["yshift"]) for name in names] == [("taken out", 0), ("paid in", 16)]
