"""Components as they reach the browser."""

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import RequestContext, Template
from django.test import RequestFactory

from accounts.templatetags import marks
from holdings.figures import AllocationRow, allocation

LOADS = "{% load components formats marks %}"


class Limits(forms.Form):
    energy = forms.DecimalField(label="Energy, at most", help_text="Share of household", max_value=25)
    no_short = forms.BooleanField(label="No short-term gains", required=False)


def render(source: str, path: str = "/", **values: Any) -> str:
    return Template(LOADS + source).render(RequestContext(RequestFactory().get(path), values))


def test_a_panel_is_named_by_its_title() -> None:
    page = render('{% panel "Needs attention" aside="4" note="Sorted by date." %}<p>x</p>{% endpanel %}')
    assert 'aria-labelledby="needs-attention"' in page
    assert '<h2 id="needs-attention">Needs attention</h2>' in page
    assert "<p>x</p>" in page
    assert "Sorted by date." in page


def test_a_panel_escapes_what_it_is_given_but_not_its_content() -> None:
    page = render("{% panel title %}<b>{{ title }}</b>{% endpanel %}", title="<script>")
    assert "<script>" not in page
    assert "<b>&lt;script&gt;</b>" in page


def test_segments_keep_the_rest_of_the_query_and_drop_the_page() -> None:
    choices = [("all", "All", 15), ("open", "Undecided", 5)]
    page = render('{% segments "show" choices "open" "Trades" %}', "/?account=7&page=3", choices=choices)
    assert 'href="?account=7&amp;show=all">All 15</a>' in page
    assert 'href="?account=7&amp;show=open" aria-current="true">Undecided 5</a>' in page


def test_more_than_eight_segments_become_a_select_that_keeps_the_rest_of_the_query() -> None:
    choices = [(str(number), f"Account {number}") for number in range(9)]
    page = render('{% segments "account" choices "7" "Account" %}', "/?year=2022&account=3&page=3", choices=choices)
    assert '<option value="7" selected>Account 7</option>' in page
    assert '<input type="hidden" name="year" value="2022">' in page
    assert page.count("hidden") == 1


def test_a_form_row_ties_help_and_error_to_its_field() -> None:
    page = render('{% form_row form.energy unit="%" effect="Today 14.0%." %}', form=Limits({"energy": "90"}))
    assert '<label for="id_energy">Energy, at most</label>' in page
    assert 'aria-describedby="id_energy_helptext id_energy_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_energy_error"' in page
    assert "less than or equal to 25" in page
    assert 'value="90"' in page


def test_a_checkbox_becomes_a_switch() -> None:
    page = render("{% form_row form.no_short %}", form=Limits({"no_short": "on"}))
    assert 'class="switch"' in page
    assert "checked" in page


def test_a_decision_is_two_radio_inputs_with_the_chosen_one_checked() -> None:
    page = render('{% decision "trade-4" "reject" "Reduce AMD" %}')
    assert "Your decision: Reduce AMD" in page
    assert 'name="trade-4" value="approve">' in page
    assert 'name="trade-4" value="reject" checked>' in page


def test_a_chart_says_its_finding_and_offers_its_numbers() -> None:
    rows = [AllocationRow("Energy", "energy", 0.14, 0.064, 0.07, 0.05, 0.09)]
    page = render('{% chart figure "allocation" %}', figure=allocation(rows))
    assert '<script id="allocation" type="application/json">' in page
    assert 'data-plotly="allocation" role="img" aria-label="Allocation before' in page
    assert '<th scope="row">Energy</th><td class="num">14.0</td>' in page
    assert '<svg width="1" height="98"' in page


def test_only_a_long_table_has_pages() -> None:
    pages = Paginator(range(420), 100)
    assert "101 to 200 of 420" in render("{% pager page %}", page=pages.page(2))
    assert "href" not in render("{% pager page %}", page=Paginator(range(3), 100).page(1))


def test_progress_is_said_in_words_and_as_a_native_bar() -> None:
    page = render('{% progress 0.64 "Rebalance by lot" "Plan 3 of 5" %}')
    assert '<progress max="100" value="64" aria-label="Rebalance by lot">64%</progress>' in page


def test_what_nobody_knows_says_so_and_links_to_the_fix() -> None:
    assert render('{% unknown "/fix" "basis of MSFT" %}').startswith('<a href="/fix">unknown')
    assert render("{% unknown %}") == '<span class="na">unknown</span>'


@pytest.mark.parametrize(
    ("drift", "bar"),
    [
        (Decimal("0.07"), '<rect class="outside" x="84.0" y="5" width="62.2" height="8"/>'),
        (Decimal("-0.01"), '<rect class="within" x="75.1" y="5" width="8.9" height="8"/>'),
    ],
)
def test_a_drift_bar_starts_at_zero_and_tells_inside_from_outside(drift: Decimal, bar: str) -> None:
    drawn = marks.drift_bar(drift, Decimal("-0.02"), Decimal("0.02"), Decimal("0.09"))
    assert bar in drawn
    assert '<rect class="band" x="66.2" y="1" width="35.6" height="16"/>' in drawn


def test_days_to_long_term_fill_their_bar_and_no_more() -> None:
    assert 'class="bar-fill" width="23.0"' in marks.days_bar(183)
    assert 'class="bar-fill" width="46.0"' in marks.days_bar(400)


def test_states_have_a_word_beside_their_colour() -> None:
    assert marks.badge("Failed", "loss").endswith("Failed</span>")
    assert "Near" in marks.rule_state("near")
