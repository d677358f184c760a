"""The line of closes on an instrument's page."""

import datetime as dt

from holdings.figures.price import price_over_time

DAYS = [dt.date(2022, 1, 3) + dt.timedelta(days=at) for at in range(40)]


def test_the_label_says_what_the_line_shows() -> None:
    figure = price_over_time(DAYS, [100.0, *[90.0] * 38, 125.0], "KO")
    assert figure["label"] == "Closes of KO from 3 Jan 2022 to 11 Feb 2022: $100.00 to $125.00, 25%, lowest $90.00."


def test_the_table_has_the_last_close_of_each_month() -> None:
    figure = price_over_time(DAYS, [float(at) for at in range(1, 41)], "KO")
    assert figure["table"]["rows"] == [["31 Jan 2022", "29.00"], ["11 Feb 2022", "40.00"]]


def test_a_single_close_is_drawn_too() -> None:
    assert price_over_time(DAYS[:1], [63.57], "KO")["data"][0]["y"] == [63.57]
