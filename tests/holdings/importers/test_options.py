import pytest

from holdings.importers.options import option_symbol


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("SPY 01/19/2024 450.00 C", "SPY   240119C00450000"),
        ("SPY 1/19/2024 Put $450.50", "SPY   240119P00450500"),
        ("-SPY240119C450", "SPY   240119C00450000"),
        ("-BRKB240119P350.5", "BRKB  240119P00350500"),
        ("SPY   240119C00450000", "SPY   240119C00450000"),
        ("BRK/B 01/19/2024 1,350.00 C", "BRKB  240119C01350000"),
        ("SPY 19JAN24 450 C", "SPY   240119C00450000"),
        ("CALL SPY    01/19/24   450.000", "SPY   240119C00450000"),
        ("SPY Jan 19 '24 $450.50 Put", "SPY   240119P00450500"),
        ("SPY 19XXX24 450 C", None),
        ("SPY 13/19/2024 450.00 C", None),
        ("SPY", None),
        ("APPLE INC", None),
        ("", None),
        ("912797KX4", None),
    ],
)
def test_a_contract_has_one_name_however_a_broker_spells_it(text: str, symbol: str | None) -> None:
    assert option_symbol(text) == symbol
