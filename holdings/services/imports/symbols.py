"""What a file's symbol stands for: decided in the import, remembered by the household, or found by its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.bulk import give_keys
from holdings.importers.base import DraftRow, Security, StatedLine
from holdings.models import Import, Instrument, SymbolAlias
from holdings.reference import lookup
from holdings.services.imports.drafts import described

LEFT_OUT = ""
NUMBER = re.compile(r"[0-9A-Z]{8}[0-9]|[A-Z]{2}[0-9A-Z]{9}[0-9]")
"""A CUSIP, or an ISIN."""
LONGEST = 24
"""Letters of a symbol; what is longer is a name, and cut."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An instrument as a file names it."""

    symbol: str
    currency: str
    security: Security

    @property
    def key(self) -> str:
        return f"{self.symbol} {self.currency}"


def mentions(row: DraftRow | StatedLine) -> list[Mention]:
    """The instruments of a row: its own, and what came of it."""
    named = [Mention(row.symbol, row.currency, row.security)] if row.symbol else []
    if isinstance(row, DraftRow) and row.other:
        named.append(Mention(row.other, row.currency, Security()))
    return named


@dataclass(slots=True)
class Resolver:
    """Instruments by mention. What nobody knows yet is None until it is made."""

    decided: Mapping[str, Any]
    aliases: Mapping[str, Instrument]
    by_symbol: dict[tuple[str, str], Instrument]
    by_isin: Mapping[tuple[str, str], Instrument]
    by_cusip: Mapping[tuple[str, str], Instrument]
    by_uuid: Mapping[str, Instrument]
    made: dict[str, Instrument] = field(default_factory=dict)

    def find(self, mention: Mention) -> Instrument | None:
        decision = self.decided.get(mention.key)
        if isinstance(decision, str) and decision:
            return self.by_uuid.get(decision)
        if isinstance(decision, dict):
            return self.made.get(mention.key) or self.by_symbol.get((decision["symbol"], mention.currency))
        return self.aliases.get(mention.key) or self._known(mention)

    def _known(self, mention: Mention) -> Instrument | None:
        security, currency = mention.security, mention.currency
        return (
            self.by_symbol.get((mention.symbol, currency))
            or self.by_isin.get((security.isin or mention.symbol, currency))
            or self.by_cusip.get((security.cusip or mention.symbol, currency))
        )

    def is_left_out(self, mention: Mention) -> bool:
        return self.decided.get(mention.key) == LEFT_OUT

    def name(self, mention: Mention) -> str:
        """The id by which a trial on a copy of the ledger knows the instrument."""
        found = self.find(mention)
        return str(found.uuid) if found else mention.key

    def make(self, mention: Mention) -> Instrument:
        """The instrument; where it is not known a new one, for `add_new`: as decided, else as the file describes it."""
        found = self.find(mention)
        if found is None:
            decision = self.decided.get(mention.key)
            facts = decision if isinstance(decision, dict) else described(mention.security)
            symbol = facts.get("symbol") or mention.symbol
            place = symbol[:LONGEST], mention.currency
            found = self.by_symbol.get(place) or _new(place[0], mention, facts)
            self.made[mention.key] = self.by_symbol[place] = found
        return found

    def add_new(self) -> bool:
        """Store what was made; False where somebody else has added one of the same symbol and currency meanwhile."""
        try:
            with transaction.atomic():
                for made in self.made.values():
                    if made._state.adding:
                        made.save(force_insert=True)
        except IntegrityError:
            return False
        return True


def _new(symbol: str, mention: Mention, facts: Mapping[str, str]) -> Instrument:
    security, listed = mention.security, lookup(symbol, mention.currency)
    known = {
        "name": (facts.get("name") or (listed.name if listed else security.name))[:160],
        "kind": facts.get("kind") or security.kind or (listed.kind if listed else Instrument.Kind.STOCK),
        "isin": security.isin[:12],
        "cusip": security.cusip[:9],
    }
    made = Instrument(symbol=symbol, currency=mention.currency, **known)
    give_keys([made])
    return made


def resolver(batch: Import, named: Iterable[Mention]) -> Resolver:
    """Everything that is known of the instruments that a file names, in two queries."""
    wanted = list(named)
    texts = {mention.symbol for mention in wanted}
    symbols = {text[:LONGEST] for text in texts}
    isins = texts | {mention.security.isin for mention in wanted} - {""}
    cusips = texts | {mention.security.cusip for mention in wanted} - {""}
    uuids = {each for each in batch.symbols.values() if isinstance(each, str) and each}
    symbols |= {each["symbol"] for each in batch.symbols.values() if isinstance(each, dict)}
    found = list(
        Instrument.objects.filter(Q(symbol__in=symbols) | Q(isin__in=isins) | Q(cusip__in=cusips) | Q(uuid__in=uuids))
    )
    remembered = SymbolAlias.objects.filter(household=batch.household).select_related("instrument")
    return Resolver(
        decided=batch.symbols,
        aliases={row.text: row.instrument for row in remembered},
        by_symbol={(each.symbol, each.currency): each for each in found},
        by_isin={(each.isin, each.currency): each for each in found if each.isin},
        by_cusip={(each.cusip, each.currency): each for each in found if each.cusip},
        by_uuid={str(each.uuid): each for each in found},
    )


def is_number(symbol: str) -> bool:
    """Whether a symbol is no ticker but a CUSIP or an ISIN."""
    return bool(NUMBER.fullmatch(symbol))


def remember(batch: Import, rows: Resolver, mention: Mention) -> None:
    """Keep for the household what a decision of this import was, so that the next file needs none."""
    if batch.symbols.get(mention.key) is not None and (found := rows.find(mention)):
        SymbolAlias.objects.update_or_create(
            household=batch.household, text=mention.key[:160], defaults={"instrument": found}
        )
