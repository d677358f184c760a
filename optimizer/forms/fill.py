"""What a broker reported of an order."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from accounts.templatetags.formats import day
from optimizer.models import Order

SMALLEST = Decimal("0.000001")


class FillForm(forms.Form):
    """Unbound, it proposes the whole rest of the order at the proposal's price, and a new idempotency key."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), label="Trade date")
    quantity = forms.DecimalField(min_value=SMALLEST, max_digits=26, decimal_places=6, label="Shares")
    price = forms.DecimalField(min_value=SMALLEST, max_digits=26, decimal_places=6, label="Price a share")
    fees = forms.DecimalField(min_value=Decimal(0), max_digits=20, decimal_places=2, label="Fees", required=False)

    def __init__(self, data: QueryDict | None = None, *, order: Order) -> None:
        self.order = order
        super().__init__(
            data, initial=self._whole_rest(), auto_id=f"fill-{order.uuid}-%s", use_required_attribute=False
        )
        for name in ("quantity", "price", "fees"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def _whole_rest(self) -> dict[str, Any]:
        return {
            "key": uuid.uuid4(),
            "date": self.order.trade.proposal.trade_date,
            "quantity": self.order.quantity - self.order.filled,
            "price": self.order.limit_price,
            "fees": Decimal(0),
        }

    def clean_date(self) -> dt.date:
        given: dt.date = self.cleaned_data["date"]
        proposal = self.order.trade.proposal
        first, last = proposal.as_of, max(self.order.household.as_of, proposal.trade_date)
        if not first <= given <= last:
            raise forms.ValidationError(f"The trade date lies between {day(first)} and {day(last)}.")
        return given

    def clean_fees(self) -> Decimal:
        return self.cleaned_data["fees"] or Decimal(0)
