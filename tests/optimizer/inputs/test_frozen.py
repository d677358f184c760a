"""What is frozen gives the same snapshot again."""

import pytest

from optimizer import inputs
from optimizer.engine.snapshot import from_json
from tests import factories
from tests.optimizer.inputs.readings import again, read

pytestmark = pytest.mark.django_db


def test_the_frozen_text_gives_the_same_snapshot_and_hash(market) -> None:
    snapshot = read(market)
    text, digest = inputs.frozen(snapshot)
    assert from_json(text) == snapshot
    assert inputs.frozen(from_json(text))[1] == digest


def test_reading_twice_gives_the_same_hash_and_a_booking_another(market) -> None:
    first, second = inputs.frozen(read(market))[1], inputs.frozen(again(market))[1]
    factories.deposit(market.ira, "0.01")
    assert first == second
    assert inputs.frozen(again(market))[1] != first
