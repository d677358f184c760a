"""What a reader must know of a slice beyond its figures."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from holdings.ledger.types import Character, Kind
from holdings.tax.history import Asset
from holdings.tax.us.matching.distributions import is_short_held
from holdings.tax.us.matching.identity import Place
from holdings.tax.us.matching.slices import Draft
from holdings.tax.us.matching.state import State
from holdings.tax.us.matching.subject import is_subject
from holdings.tax.us.wash import WINDOW

DOUBTFUL = "Shares were bought within 30 days in a 529 plan or by a dependant: no ruling says that the loss counts."
DEPENDANT = "A dependant's account: the gain belongs on the dependant's own return."
BOND = "A bond: accrued market discount, original issue discount and premium are not computed."
DENIED = (
    "Held for six months or less: exempt-interest dividends on the shares deny so much of the loss for good (IRC "
    "852(b)(4)(B)), unless the fund declares them daily and pays them monthly (852(b)(4)(E))."
)
SIX_MONTHS = (
    "Held for six months or less, and what was paid is not known to be ordinary: the loss does not count as far as it "
    "was exempt interest, and the rest is long-term as far as it was a capital gain distribution (IRC 852(b)(4), "
    "857(b)(8)). Say on the payment what it is taxed as; Form 1099-DIV has it."
)
_Days = Mapping[tuple[str, str | None], Sequence[date]]


def add_notes(state: State) -> None:
    """Give every slice its notes."""
    paid = _unsaid_days(state)
    for draft in state.drafts:
        draft.notes += tuple(_notes(state, draft, paid))


def _notes(state: State, draft: Draft, paid: _Days) -> Iterable[str]:
    place = state.places[draft.gain.account]
    if place.scope:
        yield DEPENDANT
    if state.asset(draft.gain.instrument) is Asset.BOND:
        yield BOND
    if draft.denied:
        yield DENIED
    if draft.basis <= draft.proceeds or draft.claimed == draft.disallowed:
        return
    if _is_doubtful(state, draft, place):
        yield DOUBTFUL
    if _is_unsaid(state, draft, paid):
        yield SIX_MONTHS


def _unsaid_days(state: State) -> _Days:
    """When something was paid of which nobody says what it is."""
    paid: dict[tuple[str, str | None], list[date]] = defaultdict(list)
    for entry in state.history.entries:
        if entry.kind is Kind.DIVIDEND and entry.character is Character.UNKNOWN:
            paid[entry.account, entry.instrument].append(entry.trade_date)
    return paid


def _is_unsaid(state: State, draft: Draft, paid: _Days) -> bool:
    """Whether such a payment came while the shares were held, for six months or less."""
    gain = draft.gain
    if gain.acquired is None or not is_short_held(state.history, gain):
        return False
    return any(gain.acquired < day <= gain.sold for day in paid.get((gain.account, gain.instrument), ()))


def _is_doubtful(state: State, draft: Draft, place: Place) -> bool:
    """Whether somebody else bought the same, in whose account a purchase has no settled effect on this loss."""
    gain = draft.gain
    bought = state.doubtful.get(state.identity.group(gain.instrument), [])
    if not bought or not is_subject(state.asset(gain.instrument), gain.sold):
        return False
    days: list[date] = [day for day, other in bought if other.effect is None or other.scope != place.scope]
    return bisect_left(days, gain.sold - WINDOW) < bisect_right(days, gain.sold + WINDOW)
