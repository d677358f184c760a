"""Trades in several currencies: cost and proceeds at the rates of their own days."""

from decimal import Decimal

from holdings.ledger.replay import replay
from holdings.ledger.types import Kind, ProblemCode
from tests.holdings.ledger.histories import buy, entry, opening, sell

CENT = Decimal("0.01")


def test_t22_cost_in_base_currency_is_fixed_at_the_rate_of_the_trade() -> None:
    (lot,) = replay([buy("b", "2021-08-20", 10, "1360.50", currency="USD", rate=Decimal("0.8545548"))]).lots
    assert (lot.currency, lot.basis) == ("USD", Decimal("1360.50"))
    assert lot.base_basis is not None
    assert lot.base_basis.quantize(CENT) == Decimal("1162.62")


def test_a_gain_in_base_currency_has_what_the_rate_gave() -> None:
    bought = buy("b", "2021-01-04", 10, 1000, currency="EUR", rate=Decimal("1.20"))
    sold = sell("s", "2021-06-01", 5, 600, currency="EUR", rate=Decimal("1.10"))
    (gain,) = replay([bought, sold]).realised
    assert (gain.gain, gain.base_proceeds, gain.base_basis) == (100, 660, 600)


def test_an_unknown_rate_leaves_the_base_figures_unknown() -> None:
    bought = buy("b", "2021-01-04", 10, 1000, currency="SEK", rate=None)
    ledger = replay([bought, sell("s", "2021-06-01", 5, 600, currency="SEK", rate=Decimal("0.1"))])
    assert (ledger.realised[0].gain, ledger.realised[0].base_basis) == (100, None)
    assert (ledger.lots[0].basis, ledger.lots[0].base_basis) == (500, None)


def test_an_exchange_moves_cash_in_both_currencies_and_is_no_flow() -> None:
    ledger = replay(
        [
            entry(
                "x", Kind.EXCHANGE, "2021-01-04", cash="-1200", instrument=None, other_cash="1000", other_currency="EUR"
            )
        ]
    )
    assert ledger.cash == {("taxable", "USD"): -1200, ("taxable", "EUR"): 1000}
    assert ledger.flows == ()


def test_a_fee_in_another_currency_moves_its_cash_and_is_part_of_the_cost() -> None:
    bought = buy(
        "b", "2021-01-04", 10, 1000, other_cash="-5", other_currency="GBP", other_rate=Decimal("1.4"), rate=Decimal(1)
    )
    ledger = replay([bought])
    assert ledger.cash == {("taxable", "USD"): -1000, ("taxable", "GBP"): -5}
    assert ledger.lots[0].basis == 1007


def test_a_fee_in_another_currency_lowers_the_proceeds() -> None:
    sold = sell("s", "2021-06-01", 10, 1100, other_cash="-5", other_currency="GBP", other_rate=Decimal("1.4"))
    assert replay([buy("b", "2021-01-04", 10, 1000), sold]).realised[0].gain == 93


def test_a_fee_that_no_rate_converts_is_named_and_its_basis_unknown() -> None:
    ledger = replay([buy("b", "2021-01-04", 10, 1000, other_cash="-5", other_currency="GBP")])
    assert [problem.code for problem in ledger.problems] == [ProblemCode.UNKNOWN_RATE]
    assert ledger.lots[0].basis is None


def test_return_of_capital_lowers_the_base_basis_at_its_own_rate() -> None:
    bought = buy("b", "2021-01-04", 10, 1000, currency="EUR", rate=Decimal("1.20"))
    returned = entry("r", Kind.RETURN_OF_CAPITAL, "2021-06-01", cash="100", currency="EUR", rate=Decimal("1.10"))
    (lot,) = replay([bought, returned]).lots
    assert (lot.basis, lot.base_basis) == (900, 1090)


def test_a_corrected_basis_keeps_the_rate_of_the_purchase() -> None:
    bought = buy("b", "2021-01-04", 10, 1000, currency="EUR", rate=Decimal("1.20"))
    corrected = entry("a", Kind.ADJUST, "2021-06-01", basis="1100", picks={"b": 0}, rate=None)
    assert replay([bought, corrected]).lots[0].base_basis == 1320


def test_an_opening_has_the_rate_that_it_names() -> None:
    opened = opening("o", "2021-01-04", 10, basis="1000", acquired="2019-01-02", rate=Decimal("1.15"))
    assert replay([opened]).lots[0].base_basis == 1150
