"""Approving part of a proposal: refused in words where that part alone breaks cash or a hard limit."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

from optimizer.engine.check import StoredAccount, StoredBook, StoredLimit, StoredTrade, check_set
from tests.optimizer.engine.households import RATES, cap

SELL = StoredTrade(1, "main", "a", "AAA", "sell", Decimal(10000), Decimal(5), "long", Decimal(6000))
BUY = StoredTrade(2, "main", "b", "BBB", "buy", Decimal(9000), Decimal(5))


def book(cash: str = "100", **kwargs) -> StoredBook:
    accounts = [StoredAccount("main", "Main", Decimal(cash), kwargs.pop("needed", Decimal(0)))]
    weights = kwargs.pop("weights", {"a": 0.6, "b": 0.3})
    kwargs.setdefault("tax", RATES)
    return StoredBook(Decimal(100000), accounts, weights, **kwargs)


def limit(kind: str, subject: str, high: str, *assets: str) -> StoredLimit:
    return StoredLimit(cap(kind, subject, high), subject.capitalize(), dict.fromkeys(assets, Decimal(1)))


def test_the_whole_proposal_passes():
    assert check_set([SELL, BUY], [SELL, BUY], book()) == []


def test_a_buy_without_its_sale_is_refused_and_both_remedies_named():
    assert check_set([BUY], [SELL, BUY], book()) == [
        "Main would be $8,905 short of cash: approve trade 1 (sell AAA) too, or leave out trade 2 (buy BBB)."
    ]


def test_a_buy_that_cash_covers_passes_alone():
    assert check_set([BUY], [SELL, BUY], book("9005")) == []


def test_the_minimum_counts():
    assert check_set([BUY], [BUY], book("9005", needed=Decimal(1))) != []


def test_a_cap_that_only_the_other_trade_would_keep():
    (sentence,) = check_set(
        [BUY], [SELL, BUY], book("9005", limits=[limit("class_weight", "stocks", "0.95", "a", "b")])
    )
    assert sentence == (
        "Stocks would be 99.0%, over the limit of 95.0%: "
        "approve trade 1 (sell AAA) too, or leave out trade 2 (buy BBB)."
    )


def test_a_limit_broken_before_and_not_made_worse_passes():
    assert check_set([SELL], [SELL, BUY], book(limits=[limit("instrument_weight", "a", "0.3", "a")])) == []


def test_a_sum_counts_each_weight_by_its_coefficient_and_names_what_lowers_it():
    """0.6 - 2 x 0.3 = 0; selling 10 % of A and buying 9 % of B lower it, so that a floor is broken by both."""
    sums = replace(limit("custom", "", "0.1"), name="A - 2 B", coefficients={"a": Decimal(1), "b": Decimal(-2)})
    floor = replace(sums, constraint=replace(sums.constraint, low=Decimal("-0.25"), high=None))
    buy_back = StoredTrade(3, "main", "b", "BBB", "sell", Decimal(9000), Decimal(5))
    assert check_set([BUY], [SELL, BUY], book("9005", limits=[floor])) == []
    assert check_set([SELL, BUY], [SELL, BUY, buy_back], book(limits=[floor])) == [
        "A - 2 B would be \N{MINUS SIGN}28.0%, under the limit of \N{MINUS SIGN}25.0%: "
        "approve trade 3 (sell BBB) too, or leave out trade 1 (sell AAA) and trade 2 (buy BBB)."
    ]
    (over,) = check_set([buy_back], [buy_back, BUY], book(limits=[sums]))
    assert over.startswith("A - 2 B would be 18.0%, over the limit of 10.0%: approve trade 2 (buy BBB) too")


def test_a_trade_moves_weights_by_what_a_dollar_of_its_account_counts():
    half = [StoredAccount("main", "Main", Decimal(9005), weight=Decimal("0.5"))]
    made = replace(book(limits=[limit("instrument_weight", "b", "0.35", "b")]), accounts=half)
    assert check_set([BUY], [BUY], made) == []
    assert check_set([BUY], [BUY], replace(made, accounts=[replace(half[0], weight=Decimal(1))])) != []


def test_the_budget_of_net_gains_counts_the_year_what_is_in_flight_and_filled_and_the_set():
    filled = StoredTrade(4, "main", "d", "DDD", "sell", Decimal(5000), Decimal(5), "long", Decimal(300))
    loss = StoredTrade(3, "main", "c", "CCC", "sell", Decimal(10000), Decimal(5), "short", Decimal(-2000), loss=True)
    made = book(
        tax=replace(RATES, short_to_date=Decimal(1000), long_to_date=Decimal(200)),
        in_flight=(Decimal(400), Decimal(100)),
        done=[filled],
        limits=[limit("gain_budget", "", "7000")],
    )
    assert check_set([SELL], [SELL, loss], made) == [
        "Net gains of the year would be $8,000, over the budget of $7,000: "
        "approve trade 3 (sell CCC) too, or leave out some of trade 1 (sell AAA)."
    ]
    assert check_set([SELL, loss], [SELL, loss], made) == []
    assert check_set([SELL], [SELL], replace(made, limits=[limit("gain_budget", "", "8000")])) == []


def test_the_tax_budget_counts():
    (sentence,) = check_set([SELL], [SELL, BUY], book(limits=[limit("tax_budget", "", "500")]))
    assert sentence == "Tax would be $900, over the budget of $500: leave out some of trade 1 (sell AAA)."


def test_a_refusal_is_in_the_households_own_currency():
    limits = [limit("tax_budget", "", "500")]
    (sentence,) = check_set([SELL], [SELL, BUY], book(limits=limits, currency="GBP"))
    assert sentence.startswith("Tax would be £900, over the budget of £500:")


def test_the_tax_of_a_part_is_its_own_and_not_the_sum_of_its_shares():
    """Beside a loss of 6,000 the gain is free; alone it is taxed at 15 %, beside 20,000 lost before at nothing."""
    loss = StoredTrade(3, "main", "c", "CCC", "sell", Decimal(10000), Decimal(5), "short", Decimal(-6000), loss=True)
    limits = [limit("tax_budget", "", "500")]
    lost = replace(RATES, short_to_date=Decimal(-20000))
    assert check_set([SELL, loss], [SELL, loss], book(limits=limits)) == []
    assert check_set([SELL], [SELL, loss], book(limits=limits)) != []
    assert check_set([SELL], [SELL, loss], book(limits=limits, tax=lost)) == []


def test_what_is_filled_counts_in_the_tax_budget():
    filled = StoredTrade(4, "main", "d", "DDD", "sell", Decimal(5000), Decimal(5), "long", Decimal(2000))
    limits = [limit("tax_budget", "", "1000")]
    assert check_set([SELL], [SELL], book(limits=limits)) == []
    assert check_set([SELL], [SELL], book(limits=limits, done=[filled])) == [
        "Tax would be $1,200, over the budget of $1,000: leave out some of trade 1 (sell AAA)."
    ]


def test_a_loss_and_a_purchase_of_its_group_are_refused():
    loss = StoredTrade(1, "main", "a", "AAA", "sell", Decimal(10000), Decimal(5), group="g", loss=True)
    buy = StoredTrade(2, "main", "b", "BBB", "buy", Decimal(9000), Decimal(5), group="g")
    (sentence,) = check_set([loss, buy], [loss, buy], book())
    assert sentence == "The loss of trade 1 (sell AAA) would be washed: leave out trade 2 (buy BBB)."


def test_it_loads_without_numerical_libraries():
    code = (
        "import sys, optimizer.engine.check, optimizer.engine.errors\n"
        "heavy = {'numpy', 'scipy', 'piqp', 'clarabel', 'pandas', 'django'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


SHORT = replace(SELL, term="short")


def test_short_term_gains_of_the_set_are_held_against_their_limit():
    limits = [limit("no_short_gains", "", "5000")]
    assert check_set([SHORT], [SHORT, BUY], book(limits=limits)) == [
        "Short-term gains would be $6,000; $5,000 are allowed: leave out trade 1 (sell AAA)."
    ]
    assert check_set([SELL], [SELL, BUY], book(limits=limits)) == []


def test_short_term_gains_that_are_filled_count_and_losses_take_none_off():
    done, loss = [replace(SHORT, number=3, gain=Decimal(4000))], replace(SHORT, number=4, gain=Decimal(-3000))
    chosen = replace(SHORT, gain=Decimal(1500))
    limits = [limit("no_short_gains", "", "5000")]
    assert check_set([chosen, loss], [chosen, loss], book(limits=limits, done=done)) != []
    assert check_set([replace(chosen, gain=Decimal(900))], [chosen], book(limits=limits, done=done)) == []


def test_a_class_outside_its_kind_of_account_is_held_against_its_limit():
    """30 % of bonds are in the taxable account, 35 % may be; buying 9 % more there needs the sale there."""
    row = replace(cap("location", "bond", "0.35"), place="traditional_ira")
    bonds = StoredLimit(row, "Bonds outside traditional IRA", dict.fromkeys("ab", Decimal(1)))
    accounts = [
        StoredAccount("main", "Main", Decimal(20000), kind="taxable", taxed=True),
        StoredAccount("ira", "IRA", Decimal(20000), kind="traditional_ira"),
    ]
    places = {("main", "b"): 0.3, ("ira", "a"): 0.5}
    held = replace(book(), accounts=accounts, limits=[bonds], places=places)
    assert check_set([BUY], [SELL, BUY], held) == [
        "Bonds outside traditional IRA would be 39.0%, over the limit of 35.0%: "
        "approve trade 1 (sell AAA) too, or leave out trade 2 (buy BBB)."
    ]
    assert check_set([SELL, BUY], [SELL, BUY], held) == []
    assert check_set([replace(BUY, account="ira")], [SELL, BUY], held) == []


def test_the_tax_of_the_set_stays_in_cash_where_the_policy_keeps_it():
    """6,000 of long gain add 900 of tax; 10,095 less 9,005 and what was there leave 1,090."""
    accounts = [StoredAccount("main", "Main", Decimal(0), kind="taxable", taxed=True)]
    kept = replace(book(), accounts=accounts, reserves_tax=True)
    assert check_set([SELL, BUY], [SELL, BUY], kept) == []
    dearer = replace(BUY, value=Decimal(9500))
    assert check_set([SELL, dearer], [SELL, dearer], kept) == [
        "Main would have $490 in cash, less than the $900 of tax to be kept: leave out some of trade 2 (buy BBB)."
    ]
