"""What a reader must know of a slice beyond its figures."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from holdings.ledger.types import Kind
from holdings.tax.history import Asset
from holdings.tax.us.holding import more_than_six_months_from
from holdings.tax.us.matching.identity import Place
from holdings.tax.us.matching.slices import Draft
from holdings.tax.us.matching.state import State
from holdings.tax.us.matching.subject import is_subject
from holdings.tax.us.wash import WINDOW

DOUBTFUL = "Shares were bought within 30 days in a 529 plan or by a dependant: no ruling says that the loss counts."
DEPENDANT = "A dependant's account: the gain belongs on the dependant's own return."
BOND = "A bond: accrued market discount, original issue discount and premium are not computed."
SIX_MONTHS = (
    "A fund held for six months or less: the loss does not count as far as it paid exempt-interest dividends, and the "
    "rest is long-term as far as it paid capital gain distributions (IRC 852(b)(4)). See the fund's Form 1099-DIV."
)
_Days = Mapping[tuple[str, str | None], Sequence[date]]
_FUNDS = {Asset.ETF, Asset.FUND}


def add_notes(state: State) -> None:
    """Give every slice its notes."""
    paid = _dividend_days(state)
    for draft in state.drafts:
        draft.notes += tuple(_notes(state, draft, paid))


def _notes(state: State, draft: Draft, paid: _Days) -> Iterable[str]:
    place = state.places[draft.gain.account]
    if place.scope:
        yield DEPENDANT
    if state.asset(draft.gain.instrument) is Asset.BOND:
        yield BOND
    if draft.basis <= draft.proceeds or draft.loss == draft.disallowed:
        return
    if _is_doubtful(state, draft, place):
        yield DOUBTFUL
    if _paid_within_six_months(state, draft, paid):
        yield SIX_MONTHS


def _dividend_days(state: State) -> _Days:
    paid: dict[tuple[str, str | None], list[date]] = defaultdict(list)
    for entry in state.history.entries:
        if entry.kind is Kind.DIVIDEND:
            paid[entry.account, entry.instrument].append(entry.trade_date)
    return paid


def _paid_within_six_months(state: State, draft: Draft, paid: _Days) -> bool:
    """Whether a fund paid anything while the shares were held, for six months or less; what it paid is not recorded."""
    gain = draft.gain
    if state.asset(gain.instrument) not in _FUNDS or gain.acquired is None:
        return False
    soon = gain.sold < more_than_six_months_from(gain.acquired)
    return soon and any(gain.acquired < day <= gain.sold for day in paid.get((gain.account, gain.instrument), ()))


def _is_doubtful(state: State, draft: Draft, place: Place) -> bool:
    """Whether somebody else bought the same, in whose account a purchase has no settled effect on this loss."""
    gain = draft.gain
    bought = state.doubtful.get(state.identity.group(gain.instrument), [])
    if not bought or not is_subject(state.asset(gain.instrument), gain.sold):
        return False
    days: list[date] = [day for day, other in bought if other.effect is None or other.scope != place.scope]
    return bisect_left(days, gain.sold - WINDOW) < bisect_right(days, gain.sold + WINDOW)
