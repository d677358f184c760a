"""A transaction by hand: one form, of which each kind shows the fields that it needs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from accounts.templatetags.formats import SYMBOLS, money_cents, quantity
from holdings.forms.difference import ReasonForm
from holdings.forms.kinds import BUYS, HUNDRED, SELLS, SPECS, Entered, Kind
from holdings.forms.picks import lot_name
from holdings.ledger.types import ZERO, Pick
from holdings.models import BrokerageAccount, Instrument, Lot, Transaction
from holdings.services.ledger import NewTransaction, draft_of
from holdings.services.records import held_before
from holdings.taxation.lots import Part, parts

Values = Mapping[str, Any]
DATE = forms.DateInput(attrs={"type": "date"})


ALWAYS = ("trade_date", "currency", "note", "reason")


class TransactionForm(forms.Form):
    trade_date = forms.DateField(label="Date", widget=DATE, help_text="Of the trade.")
    symbol = forms.CharField(max_length=24, required=False, help_text="As the broker writes it.")
    shares = forms.DecimalField(required=False, min_value=0, help_text="A positive number.")
    price = forms.DecimalField(required=False, min_value=0, help_text="For one share.")
    fees = forms.DecimalField(required=False, min_value=0, help_text="Commission and other costs of the trade.")
    total = forms.DecimalField(
        required=False,
        min_value=0,
        help_text="Cash paid or received, fees counted; empty: from shares, price and fees.",
    )
    amount = forms.DecimalField(required=False, help_text="Cash; a minus sign turns it back.")
    basis = forms.DecimalField(
        label="Basis in all", required=False, min_value=0, help_text="Empty: unknown; the gain is unknown then."
    )
    acquired = forms.DateField(
        required=False, widget=DATE, help_text="Day of purchase. Empty: unknown; no plan sells the lot then."
    )
    origin = forms.ChoiceField(choices=Transaction.Origin.choices, required=False, help_text="How they were acquired.")
    character = forms.ChoiceField(
        label="Taxed as",
        choices=[("", "Not known"), *Transaction.Character.choices],
        required=False,
        help_text="As the payer or the broker’s tax form says. Short-term gains of a fund are ordinary.",
    )
    fair_value = forms.DecimalField(
        label="Market value", required=False, min_value=0, help_text="Gifts: total on the day of the gift."
    )
    new = forms.DecimalField(label="New shares", required=False, min_value=0, help_text="2 in a 2 for 1 split.")
    old = forms.DecimalField(label="For old shares", required=False, min_value=0, help_text="1 in a 2 for 1 split.")
    side = forms.ChoiceField(choices=[(SELLS, "Sell"), (BUYS, "Buy")], required=False, help_text="What was done.")
    other = forms.CharField(label="New symbol", max_length=24, required=False, help_text="What came of it.")
    other_shares = forms.DecimalField(label="New shares", required=False, min_value=0, help_text="All that came in.")
    basis_percent = forms.DecimalField(
        label="Part of the basis, %",
        required=False,
        min_value=0,
        max_value=100,
        help_text="That goes to the new shares, as the company states it.",
    )
    currency = forms.ChoiceField(required=False, help_text="Of the amounts above.")
    other_currency = forms.ChoiceField(required=False, help_text="What it was changed into.")
    other_amount = forms.DecimalField(required=False, min_value=0, help_text="A positive number.")
    note = forms.CharField(max_length=200, required=False, help_text="Optional; shown in the trail.")

    def __init__(self, data: Any = None, *, account: BrokerageAccount, kind: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.account, self.kind, self.spec = account, Kind(kind), SPECS[Kind(kind)]
        for name in [name for name in self.fields if name not in (*ALWAYS, *self.spec.fields)]:
            del self.fields[name]
        for name in self.spec.needed:
            self.fields[name].required = True
        for name, (label, help_text) in self.spec.words.items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        self.order_fields(["trade_date", *self.spec.fields, "currency", "note"])
        self.add_currencies()
        self.add_picks(str((data or {}).get("symbol") or self.initial.get("symbol") or ""))

    def add_currencies(self) -> None:
        known = {self.account.currency, *SYMBOLS, *self.account.cash_balances.values_list("currency", flat=True)}
        for name in ("currency", "other_currency"):
            if field := self.fields.get(name):
                field.choices = [(code, code) for code in sorted(known, key=lambda c: (c != self.account.currency, c))]  # type: ignore[attr-defined]

    def add_picks(self, symbol: str) -> None:
        """One field a lot, or a piece of one, where a sale or a transfer could take several."""
        self.parts: list[Part] = []
        if not symbol or self.kind not in {Kind.SELL, Kind.TRANSFER_OUT}:
            return
        lots = list(Lot.objects.filter(account=self.account, instrument__symbol__iexact=symbol.strip()))
        found = parts(self.account.household, lots)
        self.parts = found if len(found) > 1 else []
        for each in self.parts:
            self.fields[f"pick-{each.pick.key}"] = forms.DecimalField(
                label=f"From the {lot_name(each)}", required=False, min_value=0, help_text=self._about(each)
            )

    def _about(self, part: Part) -> str:
        shares = f"{quantity(part.pick.quantity)} shares"
        deferred = money_cents(part.deferred, self.account.household.base_currency)
        counted = f", with {deferred} of loss deferred into them" if part.deferred else ""
        return f"{shares}{counted}. All left empty: by the account's method."

    def clean_trade_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["trade_date"]
        if day > self.account.household.as_of:
            today = f"{self.account.household.as_of:%-d %b %Y}"
            raise forms.ValidationError(f"That day is still to come; today is {today}. Enter what has happened.")
        return day

    def clean_acquired(self) -> dt.date | None:
        acquired: dt.date | None = self.cleaned_data["acquired"]
        if acquired and acquired > self.cleaned_data.get("trade_date", acquired):
            raise forms.ValidationError("The purchase cannot be after the day on which the shares came in.")
        return acquired

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if "shares" in values and values["shares"] == 0:
            self.add_error("shares", "Zero shares are no transaction. Enter a positive number.")
        if "total" in self.fields and not self.errors:
            self._clean_price(values)
        if self.kind in {Kind.TRANSFER_IN, Kind.TRANSFER_OUT} and not self.errors:
            self._clean_transfer(values)
        if self.kind == Kind.EXCHANGE and (values.get("currency") or self.account.currency) == values.get(
            "other_currency"
        ):
            self.add_error("other_currency", "That is the currency that was given. Choose another.")
        if self.kind == Kind.MERGER and values.get("amount") and not values.get("fair_value"):
            self.add_error(
                "fair_value", "With cash besides, the gain depends on the value of the new shares. Enter it."
            )
        self._clean_picks(values)
        return values

    def _clean_price(self, values: Values) -> None:
        if values["price"] is None and values["total"] is None:
            self.add_error("price", "Enter the price of a share, or the total below.")

    def _clean_transfer(self, values: Values) -> None:
        securities = bool(values["symbol"] and values["shares"])
        if securities == bool(values["amount"]):
            self.add_error("amount", "Enter either a symbol with its shares, or an amount of cash.")

    def _clean_picks(self, values: Values) -> None:
        picked = sum((values.get(f"pick-{each.pick.key}") or ZERO for each in self.parts), ZERO)
        if picked and picked != values.get("shares"):
            self.add_error("shares", f"The lots chosen below add up to {picked.normalize():f} shares. Make both agree.")

    @property
    def picks(self) -> tuple[Pick, ...]:
        given = [(each.pick, self.cleaned_data.get(f"pick-{each.pick.key}")) for each in self.parts]
        return tuple(dataclasses.replace(pick, quantity=shares) for pick, shares in given if shares)

    def instrument(self, name: str = "symbol") -> Instrument | None:
        """The instrument of a symbol: of the currency first, any other next, else a new one, not yet stored."""
        symbol = str(self.cleaned_data.get(name) or "").strip()
        if not symbol:
            return None
        currency = self.cleaned_data.get("currency") or self.account.currency
        known = Instrument.objects.filter(symbol__iexact=symbol)
        found = known.filter(currency=currency).first() or known.first()
        kind = Instrument.Kind.OPTION if self.kind == Kind.OPTION else Instrument.Kind.STOCK
        return found or Instrument(symbol=symbol.upper(), currency=currency, kind=kind)

    def held(self) -> Decimal:
        instrument = self.instrument()
        if instrument is None or not instrument.pk:
            return ZERO
        return held_before(self.account, instrument, self.cleaned_data["trade_date"])

    def draft(self) -> NewTransaction:
        return dataclasses.replace(self.blank(), **self.entered())

    def blank(self) -> NewTransaction:
        """What the entered fields are laid over."""
        return NewTransaction(
            kind=self.kind, trade_date=self.cleaned_data["trade_date"], source=Transaction.Source.MANUAL
        )

    def entered(self) -> dict[str, Any]:
        values = self.cleaned_data
        common = {"trade_date": values["trade_date"], "note": values["note"], "currency": values["currency"]}
        if "symbol" in self.fields:
            common["instrument"] = self.instrument()
        if "other" in self.fields:
            common["other_instrument"] = self.instrument("other")
        return common | self.spec.build(Entered(values, self.picks, self.held))


class CorrectionForm(TransactionForm, ReasonForm):
    """The same fields, filled with what was booked, and the reason of the change."""

    def __init__(self, data: Any = None, *, row: Transaction, **kwargs: Any) -> None:
        super().__init__(data, account=row.account, kind=row.kind, initial=_as_entered(row), **kwargs)
        self.order_fields([name for name in self.fields if name != "reason"])
        self.row = row

    def blank(self) -> NewTransaction:
        """What the form does not ask for stays as it was booked."""
        return draft_of(self.row)

    @property
    def picks(self) -> tuple[Pick, ...]:
        """As entered; lots that are sold out have no field, so what was booked stays while the same is sold."""
        booked = tuple(each.pick for each in self.row.picks.all())
        is_shown = all(f"pick-{pick.key}" in self.fields for pick in booked)
        is_same = self.instrument() == self.row.instrument and self.cleaned_data.get("shares") == -self.row.quantity
        return super().picks or (booked if is_same and not is_shown else ())


GIVEN = {Kind.FEE, Kind.TAX, Kind.WITHDRAWAL, Kind.TRANSFER_OUT, Kind.EXCHANGE}


def _is_rounded(row: Transaction) -> bool:
    """Whether the cash is not what shares, price and fees give, so that the total has to be entered too."""
    return row.price is None or row.cash != -(row.quantity * row.price) - row.fees


def _as_entered(row: Transaction) -> dict[str, Any]:
    """A stored transaction as the form would have been filled."""
    out = Kind(row.kind) in GIVEN or (row.kind == Kind.OPTION and row.quantity > 0)
    same = ("trade_date", "price", "basis", "acquired", "origin", "character", "note")
    entered = {name: getattr(row, name) for name in same} | {
        "symbol": row.instrument.symbol if row.instrument else "",
        "shares": abs(row.quantity) or None,
        "fees": row.fees or None,
        "total": abs(row.cash) if _is_rounded(row) else None,
        "amount": (-row.cash if out else row.cash) or None,
        "fair_value": row.fair_value,
        "currency": row.currency,
        "side": SELLS if row.quantity < 0 else BUYS,
        "other": row.other_instrument.symbol if row.other_instrument else "",
        "other_shares": row.other_quantity or None,
        "basis_percent": None if row.basis_fraction is None else row.basis_fraction * HUNDRED,
        "other_currency": row.other_currency,
        "other_amount": row.other_cash or None,
    }
    if row.kind == Kind.SPLIT and row.instrument:
        held = held_before(row.account, row.instrument, row.trade_date)
        entered |= {"new": held + row.quantity, "old": held}
    return entered | {f"pick-{each.pick.key}": each.quantity for each in row.picks.all()}
