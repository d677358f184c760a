"""Labels of the points between which a person chooses: each readable, none on top of another."""

from holdings.figures.tax_frontier import FrontierPoint, tax_frontier


def texts(*points: FrontierPoint) -> list[str]:
    figure = tax_frontier(points, None, "$")
    return [text for trace in figure["data"] for text in trace.get("text", [])]


def test_points_apart_have_a_label_each() -> None:
    apart = [FrontierPoint(letter, letter, 1000.0 * k, 0.02 - 0.004 * k) for k, letter in enumerate("ABCDE")]
    assert texts(*apart) == list("ABCDE")


def test_points_that_lie_together_share_one_label() -> None:
    near = FrontierPoint("D", "D", 3000.0, 0.0081), FrontierPoint("E", "E", 3010.0, 0.008)
    assert texts(FrontierPoint("A", "A", 0.0, 0.02), *near) == ["A", "D, E", ""]


def test_a_shared_label_takes_in_what_it_would_reach() -> None:
    near = [FrontierPoint(letter, letter, tax, 0.008) for letter, tax in (("B", 2900.0), ("C", 2950.0), ("D", 3150.0))]
    assert texts(FrontierPoint("A", "A", 0.0, 0.02), *near) == ["A", "B, C, D", "", ""]


def test_beside_the_proposals_label_none_is_written() -> None:
    proposal = FrontierPoint("", "This proposal", 3000.0, 0.008, "proposed")
    assert texts(FrontierPoint("A", "A", 0.0, 0.02), FrontierPoint("E", "E", 3000.0, 0.008), proposal) == [
        "A",
        "",
        "This proposal",
    ]
