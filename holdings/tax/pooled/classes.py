"""Which instruments are one class of shares: those that a change of symbol joins."""

from collections.abc import Iterable, Mapping

from holdings.ledger.types import Entry, Kind


def classes(ordered: Iterable[Entry]) -> Mapping[str, str]:
    """instrument -> the last name of its class, for instruments that changed their symbol."""
    names: dict[str, str] = {}
    for entry in ordered:
        if entry.kind is Kind.SYMBOL_CHANGE and entry.instrument and entry.other:
            joined = {names.get(each, each) for each in (entry.instrument, entry.other)}
            one = {each for each, name in names.items() if name in joined} | {entry.instrument, entry.other}
            names.update(dict.fromkeys(one, entry.other))
    return names
