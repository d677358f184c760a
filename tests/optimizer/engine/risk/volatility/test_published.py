"""The published figures on the same data, at a month ahead (benchmarks/volatility.py prints the whole table)."""

import numpy as np
import pytest

from benchmarks.volatility import PUBLISHED, bars, closes
from optimizer.engine.risk.volatility.forecasts import forecasts
from optimizer.engine.risk.volatility.record import record, supported


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bars", "closes"])
def test_the_combination_is_no_worse_than_published_and_its_record_supports_it(name):
    series = {"bars": bars, "closes": closes}[name]()
    made = forecasts(series)
    lines = record(made, series.returns**2)
    found = next(line.loss for line in lines if (line.model, line.horizon) == ("combination", 21))
    assert found.value <= PUBLISHED[name][2]
    assert found.count == np.isfinite(made.variance["combination"][0]).sum() - 21
    assert supported(lines)
