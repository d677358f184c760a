"""Random histories of every kind, for properties that no history may break."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from holdings.ledger.types import Entry, Kind, Relief

DAYS = st.integers(0, 40).map(lambda n: date(2022, 1, 3) + timedelta(days=n))
SHARES = st.decimals("0.000001", "1000", places=6)
MONEY = st.decimals("0.01", "100000", places=2)
RATES = st.sampled_from([Decimal(1), Decimal("0.8545548"), Decimal("1.25")])
ACCOUNTS = st.sampled_from(["taxable", "ira"])
INSTRUMENTS = st.sampled_from(["KO", "PEP", "VFINX"])
RELIEFS = st.sampled_from([Relief.FIFO, Relief.FIFO, *Relief])
KINDS = [*(Kind.BUY for _ in range(6)), *(k for k in Kind if k is not Kind.TRANSFER_IN)]


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    made: list[Entry] = []
    for n in range(draw(st.integers(1, 25))):
        made += draw(one_event(f"e{n}"))
    return made


@st.composite
def one_event(draw: st.DrawFn, id: str) -> list[Entry]:
    """An entry, or the two ends of a transfer."""
    kind = draw(st.sampled_from(KINDS))
    entry = {"id": id, "kind": kind, "account": draw(ACCOUNTS), "trade_date": draw(DAYS), "rate": draw(RATES)}
    if kind in CASH_ALONE:
        return [Entry(**entry, cash=draw(MONEY))]
    entry |= {
        "instrument": draw(INSTRUMENTS),
        "relief": draw(st.sampled_from(Relief)) if draw(st.booleans()) else "fifo",
    }
    entry |= draw(DETAILS.get(kind, nothing)())
    return [Entry(**entry), *(draw(receipt(entry)) if kind is Kind.TRANSFER_OUT else [])]


CASH_ALONE = {Kind.DEPOSIT, Kind.WITHDRAWAL, Kind.DIVIDEND, Kind.INTEREST, Kind.FEE, Kind.TAX}


def nothing() -> st.SearchStrategy[dict[str, object]]:
    return st.just({})


def bought() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"quantity": SHARES, "cash": MONEY.map(lambda x: -x)})


def opened() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"quantity": SHARES, "basis": st.none() | MONEY, "acquired": st.none() | DAYS})


def out_for_cash() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"quantity": SHARES.map(lambda x: -x), "cash": MONEY})


def out() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"quantity": SHARES.map(lambda x: -x)})


def split() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"quantity": SHARES | SHARES.map(lambda x: -x)})


def spun_off() -> st.SearchStrategy[dict[str, object]]:
    fraction = st.none() | st.decimals("0", "1", places=6)
    return st.fixed_dictionaries({"other": INSTRUMENTS, "other_quantity": SHARES, "basis_fraction": fraction})


def merged() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {
            "quantity": SHARES.map(lambda x: -x),
            "other": INSTRUMENTS,
            "other_quantity": st.just(Decimal(0)) | SHARES,
            "cash": st.just(Decimal(0)) | MONEY,
            "fair_value": st.none() | MONEY,
        }
    )


def renamed() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"other": INSTRUMENTS})


def capital() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"cash": MONEY})


def exchanged() -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {"cash": MONEY.map(lambda x: -x), "other_cash": MONEY, "other_currency": st.just("EUR")}
    )


def apart() -> st.SearchStrategy[dict[str, object]]:
    return split().flatmap(lambda fields: MONEY.map(lambda cash: fields | {"cash": cash}))


@st.composite
def receipt(draw: st.DrawFn, sender: dict[str, object]) -> list[Entry]:
    """The other end of a transfer, dated before it too, as files of two brokers may have it."""
    account = draw(ACCOUNTS.filter(lambda name: name != sender["account"]))
    shares = -sender["quantity"]  # type: ignore[operator]
    shared = {"account": account, "instrument": sender["instrument"], "trade_date": draw(DAYS)}
    return [Entry(id=f"{sender['id']}r", kind=Kind.TRANSFER_IN, quantity=shares, sender=sender["id"], **shared)]


DETAILS = {
    Kind.BUY: bought,
    Kind.REINVEST: bought,
    Kind.OPENING: opened,
    Kind.SELL: out_for_cash,
    Kind.CASH_IN_LIEU: out_for_cash,
    Kind.WORTHLESS: out,
    Kind.TRANSFER_OUT: out,
    Kind.SPLIT: split,
    Kind.SPIN_OFF: spun_off,
    Kind.MERGER: merged,
    Kind.SYMBOL_CHANGE: renamed,
    Kind.RETURN_OF_CAPITAL: capital,
    Kind.EXCHANGE: exchanged,
    Kind.SHORT: apart,
    Kind.OPTION: apart,
}
