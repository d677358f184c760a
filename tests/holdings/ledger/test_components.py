from holdings.ledger.components import joins, nodes, reach
from holdings.ledger.types import Kind
from tests.holdings.ledger.histories import buy, entry, received, sent, spin_off

SPUN = spin_off("x", "2021-01-04", 5, "0.5")


def test_a_corporate_action_joins_two_instruments_of_its_account() -> None:
    assert nodes(SPUN) == {("taxable", "KO"), ("taxable", "PEP")}
    assert joins([SPUN]) == [(("taxable", "KO"), ("taxable", "PEP"))]


def test_a_linked_transfer_joins_two_accounts() -> None:
    pair = [sent("out", "2021-03-01", 4), received("in", "2021-03-03", 4, "out")]
    assert joins(pair) == [(("other", "KO"), ("taxable", "KO"))]


def test_a_transfer_whose_sending_is_not_there_joins_nothing() -> None:
    assert joins([received("in", "2021-03-03", 4, "out"), buy("b", "2020-01-02", 1, 1)]) == []


def test_a_change_reaches_through_every_join_and_no_further() -> None:
    history = [
        SPUN,
        sent("out", "2021-03-01", 4, instrument="PEP"),
        received("in", "2021-03-03", 4, "out", instrument="PEP"),
        buy("b", "2020-01-02", 1, 1, account="other"),
    ]
    reached = reach([("taxable", "KO")], joins(history))
    assert reached == {("taxable", "KO"), ("taxable", "PEP"), ("other", "PEP")}


def test_money_alone_touches_no_instrument() -> None:
    assert nodes(entry("d", Kind.DEPOSIT, "2021-01-04", cash=5, instrument=None)) == set()
