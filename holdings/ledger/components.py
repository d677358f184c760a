"""What a change can touch: instruments of accounts, joined by corporate actions and by linked transfers."""

from collections import defaultdict
from collections.abc import Iterable

from holdings.ledger.types import Entry

Node = tuple[str, str]
"""An account, and an instrument in it."""

Join = tuple[Node, Node]


def nodes(entry: Entry) -> set[Node]:
    """The instruments whose lots an entry may change, in its own account."""
    return {(entry.account, instrument) for instrument in (entry.instrument, entry.other) if instrument}


def joins(entries: Iterable[Entry]) -> list[Join]:
    """Pairs of nodes between which basis or lots pass."""
    history = list(entries)
    by_id = {entry.id: entry for entry in history}
    found: list[Join] = []
    for entry in history:
        if entry.instrument is None:
            continue
        if entry.other:
            found.append(((entry.account, entry.instrument), (entry.account, entry.other)))
        sender = by_id.get(entry.sender) if entry.sender else None
        if sender and sender.instrument:
            found.append(((entry.account, entry.instrument), (sender.account, sender.instrument)))
    return found


def reach(start: Iterable[Node], joined: Iterable[Join]) -> set[Node]:
    """All nodes connected with those of `start`, these included: a change there leaves every other node as it is."""
    beside: dict[Node, set[Node]] = defaultdict(set)
    for one, other in joined:
        beside[one].add(other)
        beside[other].add(one)
    reached: set[Node] = set()
    ahead = list(start)
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead.extend(beside.get(node, ()))
    return reached
