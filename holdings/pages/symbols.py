"""The step that says what symbols stand for: each with what the file tells of it, and what it might be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.fields.json import KeyTextTransform

from holdings.forms.imports import LEAVE, NEW, SymbolOfFile
from holdings.models import Import, Instrument
from holdings.reference import lookup
from holdings.services.imports.symbols import is_number

LONGEST_TICKER = 12
CUSIP = 9


@dataclass(frozen=True, slots=True)
class Line:
    """A symbol of the file. `like` is an instrument that is known and written alike."""

    key: str
    symbol: str
    currency: str
    name: str
    number: str
    rows: int
    like: Instrument | None
    form: SymbolOfFile


def lines(batch: Import, data: Mapping[str, Any] | None) -> list[Line]:
    keys = [(key, *key.rsplit(" ", 1)) for key in batch.symbols]
    counts = rows_by(batch, "symbol")
    facts = _facts(batch, {symbol for _, symbol, _ in keys})
    known = _known({currency for _, _, currency in keys}, {symbol for _, symbol, _ in keys}, data)
    return [
        _line(number, batch, key, symbol, currency, facts.get(symbol, {}), counts.get(symbol, 0), known, data)
        for number, (key, symbol, currency) in enumerate(keys)
    ]


def rows_by(batch: Import, field: str) -> dict[str, int]:
    """How many rows of an import have each value of a field of the draft."""
    rows = batch.rows.order_by().annotate(value=KeyTextTransform(field, "draft")).values_list("value")
    return {value or "": count for value, count in rows.annotate(count=Count("pk"))}


def _facts(batch: Import, symbols: set[str]) -> dict[str, dict[str, str]]:
    """What the file tells of each symbol, from the first row that has it."""
    rows = batch.rows.filter(draft__symbol__in=symbols).values_list("draft__symbol", "draft__security")
    found: dict[str, dict[str, str]] = {}
    for symbol, security in rows:
        found.setdefault(symbol, security or {})
    return found


def _known(
    currencies: set[str], symbols: set[str], data: Mapping[str, Any] | None
) -> dict[tuple[str, str], Instrument]:
    """Instruments that a line could be: of the typed symbols, and of those written alike."""
    typed = {str(value).upper() for name, value in (data or {}).items() if name.endswith("-symbol")}
    alike = Q(symbol__in=symbols | typed)
    for symbol in symbols:
        alike |= Q(symbol__iregex=_alike(symbol)) if _bare(symbol) != symbol or len(_bare(symbol)) > 2 else Q(pk__in=[])
    found = Instrument.objects.filter(alike, currency__in=currencies)
    return {(each.symbol, each.currency): each for each in found}


def _bare(symbol: str) -> str:
    return "".join(letter for letter in symbol.upper() if letter.isalnum())


def _alike(symbol: str) -> str:
    """BRKB, BRK.B and BRK/B are one."""
    return "^" + "[./ -]?".join(_bare(symbol)) + "$"


def _line(
    number: int,
    batch: Import,
    key: str,
    symbol: str,
    currency: str,
    facts: Mapping[str, str],
    rows: int,
    known: Mapping[tuple[str, str], Instrument],
    data: Mapping[str, Any] | None,
) -> Line:
    like = next(
        (each for (_, money), each in known.items() if money == currency and _bare(each.symbol) == _bare(symbol)), None
    )
    start = _initial(batch, key, symbol, currency, facts, like)
    form = SymbolOfFile(data, prefix=f"symbol-{number}", currency=currency, known=known, initial=start)
    numbers = " · ".join(filter(None, [facts.get("isin", ""), facts.get("cusip", "")]))
    return Line(key, symbol, currency, facts.get("name", ""), numbers, rows, like, form)


def _initial(
    batch: Import, key: str, symbol: str, currency: str, facts: Mapping[str, str], like: Instrument | None
) -> dict[str, str]:
    said, listed = batch.symbols[key], lookup(symbol, currency)
    guess = {
        "name": listed.name if listed else facts.get("name", ""),
        "kind": facts.get("kind") or (listed.kind if listed else Instrument.Kind.STOCK),
    }
    if isinstance(said, dict):
        return {**guess, **said, "do": NEW}
    if said == "":
        return guess | {"do": LEAVE, "symbol": symbol[:24]}
    if said or like:
        here = like.symbol if like else Instrument.objects.get(uuid=said).symbol
        return guess | {"do": SymbolOfFile.MATCH, "symbol": here}
    has_no_ticker = guess["kind"] == Instrument.Kind.OPTION or len(symbol) == CUSIP  # as files name bonds
    is_ticker = not is_number(symbol) and len(symbol) <= LONGEST_TICKER
    return guess | {"do": NEW, "symbol": symbol[:24].upper() if is_ticker or has_no_ticker else ""}
