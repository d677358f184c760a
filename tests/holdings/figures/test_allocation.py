"""Allocation before, after and target."""

from holdings.figures import AllocationRow, allocation

ENERGY = AllocationRow("Energy", "energy", before=0.14, after=0.064, target=0.07, low=0.05, high=0.09)
CASH = AllocationRow("Cash", "cash", before=0.02, after=0.028, target=0.02, low=0.01, high=0.03)


def test_before_is_hollow_and_after_is_filled_in_the_sector_s_own_colour() -> None:
    before, after = allocation([ENERGY, CASH])["data"]
    assert (before["x"], after["x"]) == ([0.14, 0.02], [0.064, 0.028])
    assert before["marker"]["color"] == "@surface"
    assert after["marker"]["color"] == ["@energy", "@cash"]


def test_the_first_row_is_on_top() -> None:
    axis = allocation([ENERGY, CASH])["layout"]["yaxis"]
    assert dict(zip(axis["ticktext"], axis["tickvals"], strict=True)) == {"Energy": 1, "Cash": 0}


def test_each_row_has_its_band_its_way_and_its_target() -> None:
    band, way, target = allocation([ENERGY])["layout"]["shapes"]
    assert (band["x0"], band["x1"], band["fillcolor"]) == (0.05, 0.09, "@band")
    assert (way["x0"], way["x1"]) == (0.14, 0.064)
    assert target["x0"] == target["x1"] == 0.07


def test_the_finding_counts_rows_outside_their_band() -> None:
    assert allocation([ENERGY, CASH])["label"] == (
        "Allocation before, after and target: of 2, 1 outside the band before and 0 after."
    )


def test_the_numbers_stand_in_the_table() -> None:
    assert allocation([ENERGY])["table"]["rows"] == [["Energy", "14.0", "6.4", "7.0", "5.0", "9.0"]]


def test_on_a_phone_long_names_wrap_and_make_room_for_the_plot() -> None:
    layout = allocation([AllocationRow("Consumer discretionary", "discretionary", 0.04, 0.03, 0.03, 0.02, 0.05)])[
        "layout"
    ]
    assert layout["meta"]["narrow"]["yaxis"]["ticktext"] == ["Consumer<br>discretionary"]
    assert layout["meta"]["narrow"]["margin"]["l"] < layout["margin"]["l"]
