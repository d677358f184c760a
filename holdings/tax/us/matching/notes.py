"""What a reader must know of a slice beyond its figures."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date

from holdings.tax.history import Asset
from holdings.tax.us.matching.identity import Place
from holdings.tax.us.matching.slices import Draft
from holdings.tax.us.matching.state import State
from holdings.tax.us.matching.subject import is_subject
from holdings.tax.us.wash import WINDOW

DOUBTFUL = "Shares were bought within 30 days in a 529 plan or by a dependant: no ruling says that the loss counts."
DEPENDANT = "A dependant's account: the gain belongs on the dependant's own return."
BOND = "A bond: accrued market discount, original issue discount and premium are not computed."


def add_notes(state: State) -> None:
    """Give every slice its notes."""
    for draft in state.drafts:
        draft.notes += tuple(_notes(state, draft))


def _notes(state: State, draft: Draft) -> Iterable[str]:
    place = state.places[draft.gain.account]
    if place.scope:
        yield DEPENDANT
    if state.asset(draft.gain.instrument) is Asset.BOND:
        yield BOND
    if draft.basis > draft.proceeds and draft.loss > draft.disallowed and _is_doubtful(state, draft, place):
        yield DOUBTFUL


def _is_doubtful(state: State, draft: Draft, place: Place) -> bool:
    """Whether somebody else bought the same, in whose account a purchase has no settled effect on this loss."""
    gain = draft.gain
    bought = state.doubtful.get(state.identity.group(gain.instrument), [])
    if not bought or not is_subject(state.asset(gain.instrument), gain.sold):
        return False
    days: list[date] = [day for day, other in bought if other.effect is None or other.scope != place.scope]
    return bisect_left(days, gain.sold - WINDOW) < bisect_right(days, gain.sold + WINDOW)
