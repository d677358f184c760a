"""What a plan says: rules, reasons, headline, benefit, and no word that promises."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.templatetags import formats
from optimizer.engine.plan import plan
from optimizer.engine.rules.reading import state_of
from optimizer.engine.types import Plan, Snapshot
from optimizer.engine.words import SYMBOLS, listed, money_words, outward, percent
from tests.optimizer.engine.households import NEW, TODAY, account, asset, cap, household, lot, panel

FORBIDDEN = re.compile(r"\b(best|recommended|optimal|smart|guaranteed|safe|beat)\b|!", re.IGNORECASE)


def make(snapshot: Snapshot) -> Plan:
    return plan(snapshot, panel(snapshot.assets), lambda stage, fraction: None)


def mixed() -> Snapshot:
    assets = [asset("a", sector="Energy"), asset("b", sector="Health"), asset("c", sector="Health")]
    lots = [
        lot("gain", "a", "500", "20000"),
        lot("new", "a", "100", "5000", TODAY - timedelta(340)),
        lot("loss", "b", "100", "15000", NEW),
        lot("odd", "c", "10", None, None),
    ]
    return household(assets, lots, {"a": "0.5", "c": "0.5"}, constraints=(cap("sector_weight", "Energy", "0.6"),))


def test_amounts_in_words():
    assert [money_words(each, "USD") for each in (Decimal("1240.4"), -35.2, -0.2)] == ["$1,240", "−$35", "$0"]
    assert [money_words(-35.2, each) for each in ("GBP", "CAD", "CHF")] == ["−£35", "−CA$35", "−CHF 35"]
    assert [percent(0.0637), percent(Decimal("0.0224"), 2), percent(-0.00001)] == ["6.4%", "2.24%", "0.0%"]
    assert [listed(["a"]), listed(["a", "b", "c"])] == ["a", "a, b and c"]
    assert outward(Decimal("0.0411"), up=True, unit=Decimal("0.001")) == Decimal("0.042")


@pytest.mark.parametrize(
    ("value", "state"), [("0.05", "pass"), ("0.096", "near"), ("0.1", "near"), ("0.11", "fail"), ("0.01", "fail")]
)
def test_a_limit_is_kept_near_or_broken(value, state):
    assert state_of(Decimal(value), Decimal("0.02"), Decimal("0.1"), Decimal(0)) == state


def test_the_headline_counts_and_prices_the_trades():
    made = make(mixed())
    pattern = r"\d+ trades would cut tracking error from [\d.]+% to [\d.]+%( and mend 1 limit)? (for|with) .* of cost\."
    assert re.fullmatch(pattern, made.headline)


def test_the_benefit_is_the_difference_of_the_objectives():
    made = make(mixed())
    stated = int(re.search(r"\$([\d,]+) in favour", made.benefit)[1].replace(",", ""))
    assert stated == pytest.approx(float(made.do_nothing.objective - made.objective), abs=1)


def test_the_benefit_begins_with_what_a_year_of_drift_costs_in_risk():
    made = make(mixed())
    risk = made.weighed[0]
    expected = 10 * made.before.tracking_error**2 * float(made.before.value)
    assert float(risk.nothing) == pytest.approx(expected, rel=1e-6)
    assert made.benefit.startswith(
        f"A year of today’s drift would cost ${risk.nothing:,.0f} in risk, after the trades $"
    )


def test_the_parts_add_up_to_the_objectives():
    made = make(mixed())
    assert sum(part.plan for part in made.weighed) == pytest.approx(made.objective, abs=Decimal("0.05"))
    assert sum(part.nothing for part in made.weighed) == pytest.approx(made.do_nothing.objective, abs=Decimal("0.05"))


def test_every_trade_has_a_reason_with_a_number():
    made = make(mixed())
    assert made.trades
    for trade in made.trades:
        assert trade.why is not None
        assert re.search(r"\d", trade.reason)


def test_a_loss_lot_says_what_it_saves():
    (loss,) = [trade for trade in make(mixed()).trades if trade.lot == "loss"]
    assert loss.reason.endswith(f"Lot 1 Sep 2022 carries 33% loss: ${-loss.tax:,.0f} less tax.")


def test_what_is_unknown_is_named():
    assert "Held: 10 shares of C have no known basis." in make(mixed()).held


def test_an_exclusion_names_what_it_could_not_screen():
    rows = (cap("exclude_theme", "tobacco", "0"),)
    assets = [asset("a", themes=("tobacco",)), asset("b")]
    made = make(household(assets, [lot("1", "a", "10", "1000")], {"b": "1"}, constraints=rows))
    assert made.rules[0].sentence.endswith("Not screened: B.")
    assert made.rules[0].state == "partial"
    assert made.trades[0].reason.startswith("Tobacco is excluded by the policy.")


def test_what_is_never_traded_counts_in_weights_and_is_said_to_be_out_of_risk():
    home = asset("home", "500000", tradable=False, asset_class="property", sector="Property")
    lots = [lot("1", "home", "1", "200000"), lot("2", "a", "1000", "50000", account="main")]
    made = make(household([home, asset("a"), asset("b")], lots, {"a": "0.5", "b": "0.5"}, [account(kind="roth_ira")]))
    assert made.after.by_asset["home"] == pytest.approx(500 / 600, abs=1e-3)
    assert made.after.by_asset["a"] == pytest.approx(50 / 600, abs=2e-3)
    assert "Counted in weights but not in risk: HOME." in made.notes


def sentences(made: Plan) -> list[str]:
    said = [made.headline, made.benefit, *made.held, *made.notes, *(trade.reason for trade in made.trades)]
    return said + [rule.sentence for rule in made.rules]


def test_no_word_promises_anything():
    assert not [sentence for sentence in sentences(make(mixed())) if FORBIDDEN.search(sentence)]


def test_a_household_in_pounds_reads_the_same_sentences_in_pounds():
    rows = (cap("tax_budget", "", "5000", unit="money"), cap("gain_budget", "", "9000", unit="money"))
    limited = replace(mixed(), constraints=(*mixed().constraints, *rows))
    assets = tuple(replace(each, currency="GBP") for each in limited.assets)
    said = sentences(make(replace(limited, base_currency="GBP", assets=assets)))
    assert said == [sentence.replace("$", "£") for sentence in sentences(make(limited))]
    assert sum("£" in sentence for sentence in said) >= 5


def test_symbols_of_sentences_are_those_of_pages():
    assert formats.SYMBOLS == SYMBOLS


def test_weights_add_up():
    made = make(mixed())
    for measures in (made.before, made.after, made.target):
        assert sum(measures.by_asset.values()) == pytest.approx(1, abs=1e-3)
        assert sum(measures.by_class.values()) == pytest.approx(1, abs=1e-3)
    assert sum(made.after.by_account.values()) == pytest.approx(1, abs=1e-3)
    assert replace(made.trace, seconds=0.0) == made.trace
