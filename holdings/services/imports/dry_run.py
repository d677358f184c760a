"""What booking an import would change, found out on a copy of the ledger; only this finding is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.fields import canonical
from holdings.ledger.exact import exact
from holdings.ledger.replay import replay
from holdings.ledger.types import ZERO, Ledger, RealisedGain
from holdings.models import BrokerageAccount, Import, Instrument
from holdings.services.imports.drafts import restored
from holdings.services.imports.judge import Status
from holdings.services.imports.symbols import mentions, resolver
from holdings.services.imports.trial import trial

Plain = dict[str, Any]


def keep_finding(batch: Import, found: Plain) -> None:
    batch.outcome = found
    batch.save(update_fields=["outcome"])


def finding(batch: Import) -> Plain:
    """Replay the ledger with and without the ticked rows; by account what differs.

    Amounts are plain texts of exact decimals in the currency named beside them.
    """
    rows = list(batch.rows.select_related("account__household"))
    found = resolver(batch, [mention for row in rows for mention in mentions(restored(row))])
    tried = trial(rows, found)
    before, after = replay(tried.booked), tried.replay()
    symbols = _symbols(after)
    accounts = sorted(tried.accounts, key=lambda each: each.pk)
    return {
        "at": timezone.now().isoformat(),
        "rows": len(tried.rows),
        "confirms": sum(row.status == Status.CONFIRMS and row.chosen for row in rows),
        "refused": [fault.message for fault in after.problems if fault not in before.problems][:20],
        "accounts": [_of(account, before, after, symbols) for account in accounts],
    }


def _symbols(ledger: Ledger) -> dict[str, str]:
    """Symbols by the id that the trial uses; what is not known yet is named in it."""
    ids = {instrument for _, instrument in ledger.holdings}
    uuids = {each for each in ids if " " not in each}
    known = {str(each.uuid): each.symbol for each in Instrument.objects.filter(uuid__in=uuids)}
    return {each: known.get(each, each.rpartition(" ")[0]) for each in ids}


def _of(account: BrokerageAccount, before: Ledger, after: Ledger, symbols: Mapping[str, str]) -> Plain:
    name = str(account.uuid)
    lots = [{lot.key for lot in ledger.lots if lot.account == name} for ledger in (before, after)]
    return {
        "uuid": name,
        "name": account.name,
        "revision": account.revision,
        "opened": len(lots[1] - lots[0]),
        "closed": len(lots[0] - lots[1]),
        "lots": len(lots[1]),
        "cash": _cash(name, before, after),
        "gains": _gains(name, before.realised, after.realised),
        "positions": _positions(name, before, after, symbols),
    }


def _cash(account: str, before: Ledger, after: Ledger) -> list[Plain]:
    currencies = sorted({currency for owner, currency in after.cash if owner == account})
    return [
        {
            "currency": each,
            "before": _plain(before.cash.get((account, each), ZERO)),
            "after": _plain(after.cash.get((account, each), ZERO)),
        }
        for each in currencies
    ]


def _gains(account: str, before: Iterable[RealisedGain], after: Iterable[RealisedGain]) -> list[Plain]:
    """Gains that the rows would realise, by currency and term; `unknown` counts sales whose basis is not known."""
    had = {(gain.sale, gain.lot) for gain in before}
    totals: dict[str, Plain] = defaultdict(lambda: {"short": ZERO, "long": ZERO, "unknown": 0})
    for gain in after:
        if gain.account != account or (gain.sale, gain.lot) in had:
            continue
        total = totals[gain.currency]
        if gain.gain is None or gain.term is None:
            total["unknown"] += 1
        else:
            total[gain.term] = exact.add(total[gain.term], gain.gain)
    return [
        {
            "currency": currency,
            "short": _plain(total["short"]),
            "long": _plain(total["long"]),
            "unknown": total["unknown"],
        }
        for currency, total in sorted(totals.items())
    ]


def _positions(account: str, before: Ledger, after: Ledger, symbols: Mapping[str, str]) -> list[Plain]:
    held = [_held(account, ledger) for ledger in (before, after)]
    changed = [each for each in held[0] | held[1] if held[0].get(each, ZERO) != held[1].get(each, ZERO)]
    return [
        {
            "symbol": symbols.get(each, each),
            "before": _plain(held[0].get(each, ZERO)),
            "after": _plain(held[1].get(each, ZERO)),
        }
        for each in sorted(changed, key=lambda each: symbols.get(each, each))
    ]


def _held(account: str, ledger: Ledger) -> dict[str, Decimal]:
    return {name: steps[-1].level for (owner, name), steps in ledger.holdings.items() if owner == account and steps}


def _plain(value: Decimal) -> str:
    return format(canonical(value), "f")
