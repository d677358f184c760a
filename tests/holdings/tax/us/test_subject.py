"""Which assets the wash sale rule covers, as dated data."""

from datetime import date

import pytest

from holdings.tax.history import Asset
from holdings.tax.us.matching.subject import Coverage, is_subject

COVERED = [asset for asset in Asset if asset is not Asset.CRYPTO]


@pytest.mark.parametrize("asset", COVERED)
def test_every_other_kind_of_asset_is_covered(asset: Asset) -> None:
    assert is_subject(asset, date(2026, 11, 26))


def test_digital_assets_are_not() -> None:
    assert not is_subject(Asset.CRYPTO, date(2026, 11, 26))


@pytest.mark.parametrize(("sold", "subject"), [(date(2027, 12, 31), False), (date(2028, 1, 1), True)])
def test_a_law_is_a_new_line_that_holds_from_its_day(sold: date, subject: bool) -> None:
    coverage = {Asset.CRYPTO: [Coverage(date(1921, 11, 23), False), Coverage(date(2028, 1, 1), True)]}

    assert is_subject(Asset.CRYPTO, sold, coverage) is subject
