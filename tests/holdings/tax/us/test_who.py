"""Whose purchases count: every account of the couple, and what the account does to the loss."""

import pytest

from holdings.tax.outcome import Effect
from holdings.tax.us.matching.notes import DEPENDANT, DOUBTFUL
from tests.holdings.ledger.histories import buy, opening, received, sell, sent
from tests.holdings.tax.us.households import disallowed, matched, recognised, slices, the_lot

SOLD = [buy("b", "2022-01-03", 100, 1000), sell("s", "2022-06-01", 100, 600)]


@pytest.mark.parametrize("account", ["401k", "hsa", "ira", "roth", "spouse-ira"])
def test_a_purchase_in_a_sheltered_account_ends_the_loss(account: str) -> None:
    matching = matched(*SOLD, buy("r", "2022-06-10", 100, 650, account=account))

    assert [each.effect for each in matching.replacements] == [Effect.PERMANENT]
    assert (disallowed(matching, "s"), the_lot(matching, "r").deferred) == (400, 0)


@pytest.mark.parametrize("account", ["529", "child"])
def test_a_purchase_that_no_ruling_settles_leaves_the_loss_and_a_note(account: str) -> None:
    matching = matched(*SOLD, buy("r", "2022-06-10", 100, 650, account=account))

    assert disallowed(matching, "s") == 0
    assert slices(matching, "s")[0].notes == (DOUBTFUL,)


def test_a_doubtful_purchase_outside_the_window_leaves_no_note() -> None:
    matching = matched(*SOLD, buy("r", "2022-07-02", 100, 650, account="529"))

    assert slices(matching, "s")[0].notes == ()


def test_a_dependant_s_loss_meets_the_dependant_s_own_purchase_and_stands_on_its_own_return() -> None:
    matching = matched(
        buy("b", "2022-01-03", 100, 1000, account="child"),
        sell("s", "2022-06-01", 100, 600, account="child"),
        buy("r", "2022-06-10", 40, 300, account="child"),
    )

    assert (disallowed(matching, "s"), slices(matching, "s")[0].notes) == (160, (DEPENDANT,))


def test_an_ira_purchase_that_comes_first_takes_the_loss_though_a_taxable_one_follows() -> None:
    matching = matched(*SOLD, buy("r1", "2022-06-05", 100, 610, account="ira"), buy("r2", "2022-06-06", 100, 620))

    assert (the_lot(matching, "r2").deferred, recognised(matching)) == (0, 0)


def test_losses_inside_an_ira_are_no_losses() -> None:
    matching = matched(
        buy("b", "2022-01-03", 100, 1000, account="ira"),
        sell("s", "2022-06-01", 100, 600, account="ira"),
        buy("r", "2022-06-10", 100, 650),
    )

    assert (matching.slices, matching.replacements, the_lot(matching, "r").basis) == ((), (), 650)


def test_shares_that_an_ira_sold_before_the_loss_replace_nothing() -> None:
    matching = matched(
        buy("b", "2022-01-03", 100, 1000),
        buy("r", "2022-05-20", 100, 650, account="ira"),
        sell("t", "2022-05-25", 100, 660, account="ira"),
        sell("s", "2022-06-01", 100, 600),
    )

    assert disallowed(matching, "s") == 0


def test_a_transfer_between_own_accounts_replaces_nothing() -> None:
    """Item 4.2: what arrives was bought long before."""
    matching = matched(
        buy("old", "2021-01-04", 50, 700, account="other"),
        *SOLD,
        sent("o", "2022-06-05", 50, account="other"),
        received("i", "2022-06-06", 50, "o", account="taxable"),
    )

    assert (disallowed(matching, "s"), recognised(matching)) == (0, -400)


def test_shares_on_their_way_between_own_accounts_still_replace() -> None:
    matching = matched(
        buy("b", "2022-01-03", 100, 1000),
        buy("r", "2022-05-20", 100, 650, account="other"),
        sent("o", "2022-05-30", 100, account="other"),
        sell("s", "2022-06-01", 100, 600),
        received("i", "2022-06-03", 100, "o", account="spouse"),
    )

    assert (disallowed(matching, "s"), the_lot(matching, "r.i").basis) == (400, 1050)


def test_shares_brought_in_count_from_the_day_they_were_bought_elsewhere() -> None:
    brought = opening("o", "2022-09-01", 100, basis="650", acquired="2022-06-10", account="other")
    late = opening("o", "2022-06-10", 100, basis="650", acquired="2022-03-01", account="other")

    assert disallowed(matched(*SOLD, brought), "s") == 400
    assert disallowed(matched(*SOLD, late), "s") == 0
