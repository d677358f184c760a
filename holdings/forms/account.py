"""Changes of an account: what it is, and which lots its sales take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from accounts.fields import canonical
from holdings.forms import AccountForm
from holdings.models import BrokerageAccount, Instrument, Lot, ReliefMethod
from holdings.models.account import FEES
from holdings.selectors import brokerage_accounts
from holdings.taxation.facts import no_lot_choice

ZERO = Decimal(0)
MOST_RATE = 10
FIELDS = ("name", "kind", "broker", "owner", "number_tail", *FEES)


def _fee(label: str, help_text: str) -> forms.DecimalField:
    written = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=ZERO,
        max_digits=16,
        decimal_places=6,
        widget=written,
    )


class AccountChangeForm(AccountForm):
    """The fields of an account. A change of tax treatment is saved once it was understood."""

    fee_ticket = _fee("Fee an order", "Money, for each order. Most brokers in the United States charge none.")
    fee_share = _fee("Fee a share", "Money, for each share.")
    fee_rate = _fee("Fee of the value, %", "Per cent of what is traded.")
    fee_least = _fee("Fee, at least", "Money an order; 0 for no minimum.")
    fee_most = _fee("Fee, at most", "Money an order; empty for no maximum.")
    understood = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, account: BrokerageAccount, **kwargs: Any) -> None:
        initial = {name: getattr(account, name) for name in FIELDS}
        initial |= {name: plain(initial[name]) for name in FEES} | {"fee_rate": plain(account.fee_rate.scaleb(2))}
        super().__init__(*args, household=account.household, initial=initial, **kwargs)
        self.account = account

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = brokerage_accounts(self.household).exclude(pk=self.account.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"There is an account called {name} already. Choose another name.")
        return name

    def clean_fee_rate(self) -> Decimal:
        """From per cent to a fraction, no digit lost."""
        rate = self.cleaned_data["fee_rate"] or ZERO
        if rate > MOST_RATE:
            raise forms.ValidationError(f"{rate}% is above {MOST_RATE}%, the most it can be.")
        return canonical(rate.scaleb(-2))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values |= {name: values[name] or ZERO for name in FEES[:-1] if name in values}
        least, most = values.get("fee_least"), values.get("fee_most")
        if least is not None and most is not None and most < least:
            self.add_error("fee_most", f"The maximum, {most}, is below the minimum, {least}. Raise it, or clear it.")
        return values

    @property
    def consequence(self) -> str:
        """What the change of kind would do, where it does more than name it; empty otherwise."""
        wanted = BrokerageAccount(kind=self.cleaned_data.get("kind", self.account.kind))
        if wanted.is_taxable == self.account.is_taxable:
            return ""
        if wanted.is_taxable:
            return (
                "Its realised and unrealised gains, past ones too, would count in tax figures, "
                "and its losses could be washed by purchases elsewhere."
            )
        return (
            "Its gains and losses, past ones too, would leave all tax figures; "
            "a purchase in it could still wash a loss elsewhere, for good."
        )

    def fields_to_save(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


def plain(value: Decimal | None) -> str:
    return "" if value is None else f"{canonical(value):f}"


FUNDS = [Instrument.Kind.FUND, Instrument.Kind.ETF]
"""What may have an average basis, chosen by name: regulated investment companies (Reg. 1.1012-1(e))."""


class ReliefForm(forms.Form):
    method = forms.ChoiceField(
        choices=ReliefMethod.Method.choices,
        help_text="For sales that name no lots; those booked keep theirs. Highest basis first counts losses deferred "
        "by wash sales where a sale is entered by hand; imported sales go by what was paid.",
    )
    instrument = forms.ModelChoiceField(
        queryset=Instrument.objects.none(),
        to_field_name="uuid",
        required=False,
        empty_label="All instruments",
        help_text="Average basis is for one fund at a time; an exchange-traded trust (gold, currencies) has none.",
    )
    since = forms.DateField(
        label="From", help_text="Sales from this day on.", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, account: BrokerageAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        held: Any = self.fields["instrument"]
        held.queryset = Instrument.objects.filter(pk__in=Lot.objects.filter(account=account).values("instrument"))

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("method") == ReliefMethod.Method.MIN_TAX and (refusal := no_lot_choice(self.account.household)):
            self.add_error("method", refusal)
        fund = values.get("instrument")
        if values.get("method") == ReliefMethod.Method.AVERAGE and (fund is None or fund.kind not in FUNDS):
            self.add_error(
                "instrument", "Average basis is allowed for shares of a fund only. Choose the fund, or another method."
            )
        return values
