"""What the taxed accounts of a household brought in a tax year besides gains."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal, localcontext

from holdings.ledger.exact import exact
from holdings.ledger.series import level_on
from holdings.ledger.types import ZERO, Character, Entry, Kind
from holdings.tax.history import FundShare, History
from holdings.tax.outcome import Income, TaxYear
from holdings.tax.us.dividends import Held, qualified_shares

_COUNTED = {Kind.DIVIDEND, Kind.INTEREST, Kind.TAX}
_SUMS = ("dividends", "interest", "withheld", "capital_gain_distributions", "exempt")


def income(
    history: History,
    year: TaxYear,
    qualified_fraction: Decimal | None = None,
    *,
    accounts: Container[str] | None = None,
) -> Income:
    """Dividends, interest and withheld tax of the taxed accounts in a tax year, at the rate of each day.

    accounts: those that count, by id; None is all.

    qualified_fraction: of the dividends, as the broker's form states it (1099-DIV box 1b / 1a). Without it, dividends
    count that the broker calls qualified, or says nothing of and whose instrument pays qualified ones; in both cases
    but for shares that were not held long enough around a known ex-date.
    What has no exchange rate is named and left out.
    """
    return income_of(received(history, year, accounts), history, qualified_fraction)


def received(history: History, year: TaxYear, accounts: Container[str] | None = None) -> list[Entry]:
    """The entries of taxed accounts that count as income of a tax year. accounts: of these alone."""
    found = [entry for entry in history.entries if _counts(entry, history, year)]
    return found if accounts is None else [entry for entry in found if entry.account in accounts]


def income_of(entries: Sequence[Entry], history: History, qualified_fraction: Decimal | None = None) -> Income:
    """What some of them brought."""
    with localcontext(exact):
        known = [(entry, paid(entry) * entry.rate) for entry in entries if entry.rate is not None]
        sums = dict.fromkeys(_SUMS, ZERO)
        for entry, amount in known:
            sums[_sum_of(entry)] += amount
        likely = sum((amount * _qualified_part(entry, history) for entry, amount in known), ZERO)
        return Income(
            dividends=sums["dividends"],
            qualified=likely if qualified_fraction is None else sums["dividends"] * qualified_fraction,
            interest=sums["interest"],
            withheld=-sums["withheld"],
            capital_gain_distributions=sums["capital_gain_distributions"],
            exempt=sums["exempt"],
            unknown=tuple(sorted(entry.id for entry in entries if entry.rate is None)),
            fund_dividends=_of_funds(known, history),
        )


def together(one: Income, other: Income) -> Income:
    """What both brought."""
    with localcontext(exact):
        kinds = {**one.fund_dividends, **other.fund_dividends}
        return Income(
            dividends=one.dividends + other.dividends,
            qualified=one.qualified + other.qualified,
            interest=one.interest + other.interest,
            withheld=one.withheld + other.withheld,
            capital_gain_distributions=one.capital_gain_distributions + other.capital_gain_distributions,
            exempt=one.exempt + other.exempt,
            unknown=tuple(sorted((*one.unknown, *other.unknown))),
            fund_dividends={k: one.fund_dividends.get(k, ZERO) + other.fund_dividends.get(k, ZERO) for k in kinds},
        )


def _sum_of(entry: Entry) -> str:
    """The field of `Income` that a payment goes into."""
    if entry.kind is Kind.TAX:
        return "withheld"
    if entry.character is Character.EXEMPT:
        return "exempt"
    if entry.kind is Kind.INTEREST:
        return "interest"
    return "capital_gain_distributions" if entry.character is Character.CAPITAL_GAIN else "dividends"


def _qualified_part(entry: Entry, history: History) -> Decimal:
    """Nothing of what the broker calls ordinary, whatever the instrument; a holding period is the holder's matter."""
    return held_long_enough(entry, history) if may_be_qualified(entry, history) else ZERO


def may_be_qualified(entry: Entry, history: History) -> bool:
    """Whether it is a dividend that is qualified where its shares are held long enough."""
    is_dividend = entry.kind is Kind.DIVIDEND or (entry.kind is Kind.REINVEST and not entry.cash)
    if not is_dividend or _sum_of(entry) != "dividends" or entry.character is Character.ORDINARY:
        return False
    return entry.character is Character.QUALIFIED or _pays_qualified(entry, history)


def held_long_enough(entry: Entry, history: History) -> Decimal:
    """The part of a dividend's shares that are held long enough for it to be qualified, or still can be (IRC 246(c)).

    All of them where the ex-date is not known. Shares are taken as sold: a split within the days after the ex-date
    would shift the part.
    """
    ex_date, place = history.ex_dates.get(entry.id), (entry.account, entry.instrument or "")
    if ex_date is None:
        return Decimal(1)
    had = level_on(history.ledger.holdings.get(place, ()), ex_date - timedelta(days=1))
    sold = (
        Held(gain.quantity, gain.acquired, gain.sold)
        for gain in history.ledger.realised
        if (gain.account, gain.instrument) == place and gain.acquired is not None
    )
    failed = qualified_shares(sold, ex_date, as_of=history.as_of).failed
    return Decimal(1) if not had else 1 - min(failed / had, Decimal(1))


def _of_funds(known: Iterable[tuple[Entry, Decimal]], history: History) -> Mapping[FundShare, Decimal]:
    found: dict[FundShare, Decimal] = defaultdict(lambda: ZERO)
    for entry, amount in known:
        instrument = history.instruments.get(entry.instrument or "")
        if entry.kind in {Kind.DIVIDEND, Kind.REINVEST} and instrument and instrument.fund_share is not FundShare.NONE:
            found[instrument.fund_share] += amount
    return dict(found)


def _pays_qualified(entry: Entry, history: History) -> bool:
    instrument = history.instruments.get(entry.instrument or "")
    return instrument is not None and instrument.pays_qualified


def paid(entry: Entry) -> Decimal:
    """A reinvestment that moved no cash is a distribution of what its shares cost."""
    if entry.kind is Kind.REINVEST:
        return entry.quantity * (entry.price or ZERO)
    return entry.cash


def _counts(entry: Entry, history: History, year: TaxYear) -> bool:
    """A reinvestment counts where no distribution is booked beside it, as its cash tells."""
    is_income = entry.kind in _COUNTED or (entry.kind is Kind.REINVEST and not entry.cash)
    return is_income and entry.trade_date in year and history.accounts[entry.account].taxed
