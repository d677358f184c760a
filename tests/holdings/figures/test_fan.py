"""Bands of percentiles over years, and what is wanted."""

from holdings.figures.fan import fan

YEARS = [0.0, 1.0, 2.0]
BANDS = {p: [100.0, 100.0 + k, 100.0 + 2 * k] for p, k in (("5", -20), ("25", 0), ("50", 10), ("75", 30), ("95", 80))}


def test_bands_lie_about_the_middle_path() -> None:
    figure = fan(YEARS, BANDS, None, 2.0)
    filled = [trace for trace in figure["data"] if trace.get("fill") == "tonexty"]
    assert [trace["y"][-1] for trace in filled] == [260.0, 160.0]
    assert figure["data"][-1]["y"] == BANDS["50"]
    assert [key["word"] for key in figure["keys"]] == ["Middle path", "Half of the paths, and nine of ten"]


def test_what_is_wanted_reaches_to_its_date_and_into_the_axis() -> None:
    figure = fan(YEARS, BANDS, 900.0, 1.0)
    assert figure["data"][-1]["x"] == [0, 1.0]
    assert figure["layout"]["yaxis"]["range"][1] > 900


def test_labels_at_the_ends_touch_no_other() -> None:
    figure = fan(YEARS, {**BANDS, "25": BANDS["5"]}, None, 2.0)
    places = [note["y"] for note in figure["layout"]["annotations"]]
    assert places == sorted(set(places), reverse=True)


def test_its_finding_names_the_middle_and_the_width() -> None:
    figure = fan(YEARS, BANDS, None, 2.0)
    assert figure["label"] == "Simulated value in 2 years: middle $120, nine of ten paths between $60 and $260."
    assert figure["table"]["rows"][-1] == ["2", "60", "100", "120", "160", "260"]
