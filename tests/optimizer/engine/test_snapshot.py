"""A stored input reads back as it was written, and one input has one hash."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from optimizer.engine.errors import InvalidSnapshot
from optimizer.engine.snapshot import from_json, snapshot_hash, to_json
from optimizer.engine.types import FixedTrade, Locks, LossSale, Purchase, WashInput
from tests.optimizer.engine.households import asset, cap, household, lot


def full():
    return household(
        [asset("a", "12.50", themes=("fossil fuel",)), asset("b")],
        [lot("1", "a", "3.25", "30.10"), lot("2", "b", "1", None, None)],
        {"a": "0.5", "b": "0.5"},
        constraints=(cap("instrument_weight", "a", "0.4"),),
        wash=WashInput(
            (LossSale("a", date(2022, 12, 1), date(2022, 12, 31)),),
            (Purchase("b", "main", "2", Decimal(1), date(2022, 12, 20)),),
        ),
        locks=Locks(fixed=(FixedTrade("main", "a", "sell", "1", Decimal("0.25")),)),
        price_chunks=("ab12",),
    )


def test_it_reads_back_what_it_wrote():
    assert from_json(to_json(full())) == full()


def test_text_is_canonical():
    text = to_json(full())
    assert to_json(from_json(text)) == text
    assert '"price":"12.5"' in text
    assert '"bought":"2022-12-20"' in text


def test_equal_numbers_hash_alike():
    tidy, untidy = full(), full()
    untidy = replace(untidy, tax=replace(untidy.tax, short_rate=Decimal("0.3500")))
    assert snapshot_hash(tidy) == snapshot_hash(untidy)


def test_another_price_is_another_hash():
    moved = replace(full(), assets=(asset("a", "12.51"), full().assets[1]))
    assert snapshot_hash(moved) != snapshot_hash(full())


def test_it_refuses_another_format():
    with pytest.raises(InvalidSnapshot, match="format version 2"):
        from_json(to_json(full()).replace('"version":1', '"version":2'))
