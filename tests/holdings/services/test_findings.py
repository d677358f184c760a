import datetime as dt
from decimal import Decimal

import pytest

from accounts.models import Household
from holdings import selectors
from holdings.market import findings, intake
from holdings.market.closes import closes
from holdings.market.exchanges import store_sessions
from holdings.market.prices import store_closes
from holdings.market.series import findings as concerning
from holdings.market.series import held_back
from holdings.models import BrokerageAccount, Feed, Instrument, InstrumentEvent, Price, PriceFinding, Transaction
from holdings.services.findings import CannotSettle, accept, settle
from holdings.services.ledger import NewTransaction, book
from holdings.valuations.store import revalue
from tests import factories

pytestmark = pytest.mark.django_db

BUY, SPLIT, END = dt.date(2022, 6, 1), dt.date(2022, 8, 25), factories.AS_OF
FOUR = Decimal(4)


@pytest.fixture
def account() -> BrokerageAccount:
    store_sessions("XNYS", dt.date(2023, 1, 31))
    return factories.account(factories.household())


def listed(account: BrokerageAccount, before: str, after: str) -> Instrument:
    """A share with a close every session, at one level before the split and at another one from it on."""
    share = factories.instrument("ABC")
    days = [row.date for row in sessions() if BUY <= row.date <= END]
    moved = [(day, Decimal(before if day < SPLIT else after) + Decimal(day.day % 3)) for day in days]
    store_closes(source=factories.source(), closes={share: moved})
    factories.deposit(account, "4000", BUY)
    return share


def sessions():
    from holdings.models import TradingSession

    return TradingSession.objects.filter(calendar="XNYS")


def split_event(share: Instrument) -> None:
    InstrumentEvent.objects.create(instrument=share, kind="split", ex_date=SPLIT, ratio=FOUR, source=factories.source())


def book_split(account: BrokerageAccount, share: Instrument) -> None:
    draft = NewTransaction(kind="split", trade_date=SPLIT, source="manual", instrument=share, quantity=Decimal(30))
    book(account=account, drafts=[draft])


def check(share: Instrument) -> None:
    findings.check(share)


def levels(house: Household, share: Instrument) -> tuple[int, int]:
    """The close in the ledger's shares before and after the split, to the nearest hundred."""
    steps = closes(house, [str(share.uuid)], BUY, END)[str(share.uuid)]
    return round(int(steps[0].level), -2), round(int(steps[-1].level), -2)


def open_one(kind: str) -> PriceFinding:
    return PriceFinding.objects.get(kind=kind, state="open")


def test_a_split_that_the_ledger_lacks_keeps_the_value_and_is_booked_in_one_click(account) -> None:
    share = listed(account, "400", "100")
    factories.buy(account, share, "10", "400", BUY)
    split_event(share)
    check(share)
    house = account.household
    assert levels(house, share) == (400, 400)
    assert share.pk in held_back(house)

    settle(household=house, user=factories.user(), finding=open_one("split_not_booked"))
    settle(household=house, user=factories.user(), finding=PriceFinding.objects.get(kind="split_not_booked"))

    assert Transaction.objects.get(kind="split").quantity == 30
    assert selectors.lots(house).get().quantity == 40
    check(share)
    assert levels(house, share) == (400, 100)
    assert held_back(house) == {}


def test_a_jump_that_looks_like_a_split_does_not_move_the_value_before_somebody_says_what_it_is(account) -> None:
    share = listed(account, "400", "100")
    factories.buy(account, share, "10", "400", BUY)
    check(share)
    check(share)
    assert levels(account.household, share) == (400, 400)
    settle(household=account.household, user=factories.user(), finding=open_one("unadjusted_split"))
    intake.rederive(share.pk, SPLIT)
    assert InstrumentEvent.objects.get().ratio == FOUR
    assert not PriceFinding.objects.filter(kind="unadjusted_split", state="open").exists()


def test_a_split_that_the_prices_lack_does_not_multiply_the_past(account) -> None:
    share = listed(account, "100", "100")
    factories.buy(account, share, "10", "400", BUY)
    Price.objects.filter(instrument=share, date=BUY).update(open=101, high=102, low=100, volume=400)
    book_split(account, share)
    check(share)
    assert levels(account.household, share) == (400, 100)
    settle(household=account.household, user=factories.user(), finding=open_one("split_not_in_feed"))
    intake.rederive(share.pk, BUY)
    row = Price.objects.get(instrument=share, date=BUY)
    assert (row.close, row.open, row.high, row.low, row.volume) == (404, 404, 408, 400, 100)
    assert levels(account.household, share) == (400, 100)
    assert not PriceFinding.objects.filter(state="open").exists()


def test_daily_values_stand_still_over_a_split_that_is_missing_on_either_side(account) -> None:
    share = listed(account, "400", "100")
    factories.buy(account, share, "10", "400", BUY)
    split_event(share)
    findings.check_account(account.pk)
    revalue(account.pk)
    values = list(account.valuations.values_list("value", flat=True))
    assert all(3900 < value < 4200 for value in values)


def test_the_markets_prices_are_not_changed_on_one_households_word_while_another_reads_them(account) -> None:
    share = listed(account, "100", "100")
    factories.buy(account, share, "10", "400", BUY)
    book_split(account, share)
    check(share)
    other = factories.account(factories.household(factories.user("charlie")))
    factories.buy(other, share, "1", "100", END)
    before = list(Price.objects.values_list("date", "close"))
    with pytest.raises(CannotSettle, match="Another household"):
        settle(household=account.household, user=factories.user(), finding=open_one("split_not_in_feed"))
    assert list(Price.objects.values_list("date", "close")) == before


def test_t26_a_series_in_pence_is_divided_once_and_its_feed_with_it(account) -> None:
    share = listed(account, "100", "100")
    Feed.objects.create(source=factories.source(), instrument=share, symbol="ABC")
    factories.buy(account, share, "10", "1", BUY)
    Price.objects.filter(instrument=share, date=BUY).update(open=100, high=102, low=99, volume=500)
    check(share)
    for _ in range(2):
        settle(household=account.household, user=factories.user(), finding=PriceFinding.objects.get(kind="minor_unit"))
    row = Price.objects.get(instrument=share, date=BUY)
    assert (row.close, row.open, row.high) == (Decimal("1.01"), 1, Decimal("1.02"))
    assert (row.low, row.volume) == (Decimal("0.99"), 500)
    assert Feed.objects.get().unit == Decimal("0.01")


def test_what_one_household_accepts_stays_open_for_others(account) -> None:
    share = listed(account, "400", "100")
    factories.buy(account, share, "10", "400", BUY)
    other = factories.account(factories.household(factories.user("charlie")))
    factories.buy(other, share, "10", "400", BUY)
    check(share)
    finding = open_one("unadjusted_split")
    accept(household=account.household, user=factories.user(), finding=finding, reason="It fell.")
    kinds = {row.kind for row in concerning(account.household)}
    assert "unadjusted_split" not in kinds
    assert "unadjusted_split" in {row.kind for row in concerning(other.household)}


def test_t30_a_delisted_share_can_be_written_off_and_is_held_back(account) -> None:
    share = listed(account, "100", "100")
    factories.buy(account, share, "10", "100", BUY)
    Instrument.objects.update(delisted_on=dt.date(2022, 12, 1))
    assert held_back(account.household) == {share.pk: "it is no longer traded"}
    factories.sell(account, share, "10", "0", END)
    assert not selectors.lots(account.household).exists()
