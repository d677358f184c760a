from datetime import date, timedelta

from holdings.figures.index import falls, growth, growths, under_water

DAYS = [date(2022, 1, 3) + timedelta(days=n) for n in range(40)]
LEVELS = [1 + n / 100 if n < 20 else 1.19 - (n - 19) / 100 for n in range(40)]
OTHERS = [1.0] * 40


def test_growth_starts_at_one_hundred_on_a_log_axis() -> None:
    figure = growth(DAYS, LEVELS, OTHERS, "Benchmark")
    own = figure["data"][-1]
    assert (own["y"][0], own["line"]["color"]) == (100, "@accent")
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert "own 99.0, benchmark 100.0" in figure["label"]


def test_falls_are_measured_from_the_last_peak() -> None:
    figure = under_water(DAYS, LEVELS, None, "Benchmark")
    (own,) = figure["data"]
    assert max(own["y"]) == 0
    assert min(own["y"]) == round(0.99 / 1.19 - 1, 5)
    assert "at most −16.8%" in figure["label"]


def test_an_index_that_never_fell_can_be_drawn() -> None:
    assert under_water(DAYS, OTHERS, None, "Benchmark")["data"][0]["y"] == [0] * 40


def test_the_numbers_are_reachable_as_a_table() -> None:
    assert growth(DAYS, LEVELS, OTHERS, "Benchmark")["table"]["head"] == ["Date", "Own", "Benchmark"]


def test_many_paths_stand_in_one_chart_the_first_emphasised() -> None:
    figure = growths(DAYS, [("Policy", LEVELS), ("Hold", OTHERS), ("Equal", OTHERS)])
    assert [each["name"] for each in figure["data"]] == ["Equal", "Hold", "Policy"]
    assert figure["data"][-1]["line"]["color"] == "@accent"
    assert len({each["line"]["color"] for each in figure["data"]}) == 3
    assert falls(DAYS[:2], [("Policy", [0.0, -0.1]), ("Hold", [0.0, 0.0])])["table"]["head"] == [
        "Date",
        "Policy",
        "Hold",
    ]


def test_decades_of_growth_have_ticks_all_along_the_axis() -> None:
    figure = growths(DAYS, [("Policy", [1.13**n for n in range(40)])])
    assert figure["layout"]["yaxis"]["tickvals"] == [100, 300, 1000, 3000, 10000]
