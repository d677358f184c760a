from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdings.measures.linking import carino, compounded, linking_weights

RETURNS = st.lists(st.tuples(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5)), min_size=1, max_size=40)


def test_equal_returns_take_the_limit() -> None:
    assert carino(0.05, 0.05) == pytest.approx(1 / 1.05)


def test_returns_link_geometrically() -> None:
    assert compounded([0.10, -0.05]) == pytest.approx(0.045)
    assert compounded([]) == 0


@given(RETURNS)
def test_weighted_differences_add_up_to_the_compounded_difference(pairs: list[tuple[float, float]]) -> None:
    own, other = [one for one, _ in pairs], [other for _, other in pairs]

    linked = fsum((a - b) * weight for a, b, weight in zip(own, other, linking_weights(own, other), strict=True))

    assert linked == pytest.approx(compounded(own) - compounded(other), abs=1e-8)
