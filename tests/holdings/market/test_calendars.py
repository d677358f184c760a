import datetime as dt

import pytest

from holdings.market.calendars import NoSession, last_session, next_session, sessions_after, sessions_between
from holdings.market.exchanges import calendars_in_use, keep_ahead, store_sessions
from holdings.models import Instrument, TradingSession

pytestmark = pytest.mark.django_db

END = dt.date(2023, 1, 31)


@pytest.fixture
def stored() -> None:
    store_sessions("XNYS", END)


def test_the_session_after_the_sample_is_the_next_day(stored) -> None:
    assert next_session("XNYS", dt.date(2022, 12, 28)) == dt.date(2022, 12, 29)


def test_sessions_leave_out_weekends_and_the_observed_new_year(stored) -> None:
    found = sessions_after("XNYS", dt.date(2022, 12, 29), 2)
    assert found == [dt.date(2022, 12, 30), dt.date(2023, 1, 3)]


def test_sessions_between_include_both_ends(stored) -> None:
    found = sessions_between("XNYS", dt.date(2022, 12, 23), dt.date(2022, 12, 27))
    assert found == [dt.date(2022, 12, 23), dt.date(2022, 12, 27)]


def test_the_last_session_of_a_sunday_is_friday(stored) -> None:
    assert last_session("XNYS", dt.date(2022, 12, 18)) == dt.date(2022, 12, 16)


def test_the_end_of_the_calendar_is_named() -> None:
    with pytest.raises(NoSession, match="stored after 2022-12-28"):
        next_session("XNYS", dt.date(2022, 12, 28))


def test_storing_again_adds_what_is_new_and_nothing_else(stored) -> None:
    assert store_sessions("XNYS", END) == 0
    assert store_sessions("XNYS", dt.date(2023, 2, 1)) == 1
    assert TradingSession.objects.latest("date").date == dt.date(2023, 2, 1)


def test_a_span_without_sessions_adds_nothing(stored) -> None:
    store_sessions("XNYS", dt.date(2023, 2, 3))
    assert store_sessions("XNYS", dt.date(2023, 2, 5)) == 0


def test_sessions_are_kept_ahead_of_today(stored) -> None:
    assert keep_ahead("XNYS", dt.date(2023, 1, 10)) > 400
    assert keep_ahead("XNYS", dt.date(2023, 1, 11)) == 0
    assert TradingSession.objects.latest("date").date == dt.date(2024, 12, 31)


@pytest.mark.parametrize(("currency", "calendar"), [("USD", "XNYS"), ("GBP", "XLON"), ("EUR", "XETR"), ("XXX", "XNYS")])
def test_a_new_instrument_follows_the_calendar_of_its_currency(currency: str, calendar: str) -> None:
    assert Instrument.objects.get_or_create(symbol="ABC", currency=currency)[0].calendar == calendar


def test_other_exchanges_have_their_own_sessions(stored) -> None:
    store_sessions("XLON", END)
    boxing_day, second_january = dt.date(2022, 12, 26), dt.date(2023, 1, 2)
    assert boxing_day not in sessions_between("XLON", boxing_day, boxing_day)
    assert sessions_between("XLON", second_january, second_january) == []
    store_sessions("XTSE", END)
    assert sessions_between("XTSE", dt.date(2022, 10, 10), dt.date(2022, 10, 10)) == []
    assert sessions_between("XNYS", dt.date(2022, 10, 10), dt.date(2022, 10, 10)) != []


def test_calendars_in_use_are_those_of_the_instruments() -> None:
    Instrument.objects.create(symbol="VOD", currency="GBP")
    Instrument.objects.create(symbol="ODD", currency="GBP", calendar="NOSUCH")
    assert calendars_in_use() == ["XLON", "XNYS"]
