import pytest

from holdings.importers.money import is_cash, swept


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("SPAXX**", "FIDELITY GOVERNMENT MONEY MARKET"),
        ("SWVXX", "SCHWAB VALUE ADVANTAGE MONEY INV"),
        ("VMFXX", ""),
        ("QPCTQ", "FDIC INSURED DEPOSIT AT CITIBANK NOT CO"),
        ("", "VANGUARD FEDERAL MONEY MARKET FUND"),
        ("CORE**", "FDIC-INSURED DEPOSIT SWEEP"),
    ],
)
def test_money_market_funds_and_sweep_deposits_are_cash(symbol: str, name: str) -> None:
    assert is_cash(symbol, name)


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("PMMF", "ISHARES PRIME MONEY MARKET ETF"),
        ("VTI", "VANGUARD TOTAL STOCK MARKET ETF"),
        ("FXAIX", "FIDELITY 500 INDEX FUND"),
        ("QTNTQ", "QUOTIENT LTD IN BANKRUPTCY"),
        ("CORE", "CORE MARK HOLDING"),
        ("XX", ""),
        ("", ""),
    ],
)
def test_what_floats_in_price_is_no_cash(symbol: str, name: str) -> None:
    assert not is_cash(symbol, name)


def test_what_was_swept_is_said_once_with_its_lines() -> None:
    (warning,) = swept(range(3, 40))

    assert "37 rows move cash" in warning.message
    assert warning.message.endswith("(lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, …).")
    assert swept([]) == []
