from __future__ import annotations

import dataclasses
import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.access import reads
from accounts.models import Household
from holdings import selectors
from holdings.pages import instrument as page
from holdings.pages import positions
from holdings.pages.costs import costs
from holdings.pages.source import read


@reads
def instrument(request: HttpRequest, household: Household, instrument: uuid.UUID) -> HttpResponse:
    found = get_object_or_404(page.seen_by(household), uuid=instrument)
    source = read(household)
    everything = positions.by_instrument(source)
    holding = next((row for row in everything.holdings if row.instrument == found), None)
    classification = source.classifications.get(found.pk)
    told = selectors.liquidity(household).get(found.pk)
    gains = selectors.realised_gains(household).filter(instrument=found).order_by("-sold", "-id")
    values = {
        "nav": "holdings",
        "instrument": found,
        "sector": selectors.sector_of(classification),
        "holding": holding,
        "lots": page.with_trails(holding.lots, page.trails(household, found)) if holding else [],
        "costs": costs(found, classification, told, holding.quantity if holding else None),
        "gains": gains,
        "transactions": page.recent_transactions(household, found),
        "closes": page.closes(found, household.as_of, request.GET.get("period", page.DEFAULT_PERIOD)),
        "periods": page.PERIODS.items(),
        "source": dataclasses.replace(source, lots=[]),
    }
    return render(request, "holdings/instrument.html", values)
