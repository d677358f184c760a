"""What stands beside the fields of the policy form: how things are today, so that a limit can be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.templatetags.formats import money
from holdings.models import Sector
from optimizer.forms.fields import in_percent
from optimizer.forms.policy import PolicyBundle
from optimizer.forms.subjects import EACH_STOCK, Subject
from optimizer.pages.policy import risk_in_words, worth
from optimizer.pages.position import ZERO, Position


@dataclass(frozen=True, slots=True)
class Effects:
    """Sentences by field; lines carry theirs by position."""

    single: Mapping[str, str]
    targets: list[tuple[Any, str]]
    lines: Mapping[str, list[tuple[Any, str]]]


def effects(bundle: PolicyBundle, position: Position, currency: str) -> Effects:
    shares = _shares(position)
    return Effects(
        single=_single(bundle, position, currency),
        targets=[(line, _target(line, bundle, shares)) for line in bundle.targets.forms],
        lines={
            prefix: [(line, _limit(line, bundle, shares) if prefix == "limits" else "") for line in formset.forms]
            for prefix, formset in bundle.lines.items()
        },
    )


def _single(bundle: PolicyBundle, position: Position, currency: str) -> dict[str, str]:
    aversion = bundle.main["risk_aversion"].initial
    return {
        "cash_target": f"Today {in_percent(position.share(position.total_cash))}%, "
        f"{money(position.total_cash, currency)}.",
        "risk_aversion": f"Saved {risk_in_words(aversion)}, {money(worth(aversion) * position.total, currency)}.",
    }


def _is_stock(row: Any) -> bool:
    return bool(row.kind == row.Kind.STOCK)


def _target(line: Any, bundle: PolicyBundle, shares: Mapping[tuple[str, str], Decimal]) -> str:
    found = bundle.given.subjects.by_symbol.get(str(line["symbol"].value() or "").upper())
    return f"Today {in_percent(shares.get(('instrument', str(found.uuid)), ZERO))}%" if found else ""


def _limit(line: Any, bundle: PolicyBundle, shares: Mapping[tuple[str, str], Decimal]) -> str:
    found: Subject | None = bundle.given.subjects.find(str(line["subject"].value() or ""))
    if found is None or found.about == "theme":
        return ""
    if found.about == EACH_STOCK:
        return f"Today the largest is {in_percent(shares.get((EACH_STOCK, ''), ZERO))}%"
    outside = found.about == "sector" and found.token != Sector.BROAD and shares.get(("sector", Sector.BROAD))
    words = " outside broad funds" if outside else ""
    return f"Today {in_percent(shares.get((found.about, found.token), ZERO))}%{words}"


def _shares(position: Position) -> dict[tuple[str, str], Decimal]:
    held = {str(position.instruments[pk].uuid): value for pk, value in position.by_instrument.items()}
    stocks = [value for pk, value in position.by_instrument.items() if _is_stock(position.instruments[pk])]
    tables = {
        "instrument": held,
        EACH_STOCK: {"": max(stocks, default=ZERO)},
        "sector": position.by_sector,
        "class": position.by_class,
        "issuer": position.by(position.issuer),
        "region": position.by(position.region),
        "currency": position.by(lambda pk: position.instruments[pk].currency),
    }
    return {
        (about, token): position.share(value) for about, values in tables.items() for token, value in values.items()
    }
