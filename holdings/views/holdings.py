"""What the household holds, by instrument or by account, down to the lot."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import reads
from accounts.exports import csv_response
from accounts.models import Household
from holdings import selectors
from holdings.models import BrokerageAccount
from holdings.pages import listing, positions
from holdings.pages.positions import Group, Holding, Totals
from holdings.pages.source import Source, read


@reads
def holdings(request: HttpRequest, household: Household) -> HttpResponse:
    everything = read(household)
    account = chosen_account(request, everything)
    source = everything.of_account(account) if account else everything
    by_account = request.GET.get("group") == "account"
    found = positions.by_account(source) if by_account else [positions.by_instrument(source)]
    order = listing.known_order(request.GET.get("sort", ""))
    words = request.GET.get("q", "").strip()
    groups = [group for group in (arranged(group, order, words) for group in found) if group.holdings or group.cash]
    shown = [row for group in groups for row in group.holdings]
    blocking = selectors.blocking(household)
    page = Paginator(shown, listing.page_size(shown)).get_page(request.GET.get("page"))
    values = {
        "accounts": [("", "All accounts"), *((str(each.uuid), each.name) for each in everything.accounts)],
        "account": account,
        "groupings": [("", "By instrument"), ("account", "By account")],
        "groups": on_page(groups, page),
        "page": page,
        "by_account": by_account,
        "headings": listing.headings(order),
        "words": words,
        "summary": listing.summary(shown),
        "totals": positions.totals(shown, [row for group in groups for row in group.cash]),
        "source": source,
        "flagged": list(selectors.flagged(household)),
        "standing": [(each, blocking.get(each.pk, ())) for each in everything.accounts],
    }
    return render(request, "holdings/holdings.html", values)


@reads
def holdings_csv(request: HttpRequest, household: Household) -> HttpResponse:
    everything = read(household)
    account = chosen_account(request, everything)
    source = everything.of_account(account) if account else everything
    group = arranged(positions.by_instrument(source), listing.DEFAULT, "")
    return csv_response(f"holdings-{household.as_of}", listing.EXPORT, listing.export_rows(group, source))


def chosen_account(request: HttpRequest, source: Source) -> BrokerageAccount | None:
    wanted = request.GET.get("account")
    return next((account for account in source.accounts if str(account.uuid) == wanted), None)


def arranged(group: Group, order: str, words: str) -> Group:
    """The rows that speak of the words, in order; cash speaks of cash."""
    rows = [row for row in group.holdings if row.speaks_of(words)]
    cash = group.cash if words.casefold() in "cash" else []
    return dataclasses.replace(group, holdings=listing.in_order(rows, order), cash=cash)


def on_page(groups: Sequence[Group], page: Page[Holding]) -> list[tuple[Group, Totals]]:
    """The groups with the rows of one page, each with the totals of all its rows; cash stands on the last page."""
    kept = {id(row) for row in page.object_list}
    parts = [
        dataclasses.replace(
            group,
            holdings=[row for row in group.holdings if id(row) in kept],
            cash=[] if page.has_next() else group.cash,
        )
        for group in groups
    ]
    return [(part, group.totals) for part, group in zip(parts, groups, strict=True) if part.holdings or part.cash]
