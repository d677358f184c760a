from __future__ import annotations

import pytest

from optimizer.pages.words import named


@pytest.mark.parametrize(
    ("names", "words"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "A", "B"], "A and B"), (list("ABCD"), "A, B, C and D")],
)
def test_names_in_a_sentence(names: list[str], words: str) -> None:
    assert named(names) == words


def test_many_names_are_counted() -> None:
    assert named("ABCDEF") == "A, B, C and 3 more"
