"""Numbers as people type them, kept exact: 24,000 and $24,000 are one amount, 9.0 per cent is 0.09."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.fields import canonical

NUMBER = re.compile(r"[-−]?(\d+|\d{1,3}(,\d{3})+)?(\.\d+)?")
LARGEST = Decimal(10) ** 15
MOST_DECIMALS = 10


class NumberField(forms.CharField):
    """An exact Decimal, or None where nothing is typed. Errors say what would be accepted."""

    example = "20"
    unit = ""
    is_money = False
    signs = "\xa0 _"

    def __init__(self, *, low: Decimal | int | None = None, high: Decimal | int | None = None, **kwargs: Any) -> None:
        self.low, self.high = low, high
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Any:
        text = "".join(letter for letter in str(value or "").strip() if letter not in self.signs)
        if not text:
            return None
        if not any(map(str.isdigit, text)) or not NUMBER.fullmatch(text):
            raise ValidationError(f"“{value}” is not a number. Type digits, as in {self.example}.")
        number = Decimal(text.replace(",", "").replace("−", "-"))
        exponent = number.as_tuple().exponent
        if abs(number) >= LARGEST or (isinstance(exponent, int) and -exponent > MOST_DECIMALS):
            raise ValidationError(f"“{value}” has too many digits. Type it as in {self.example}.")
        return number

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is None:
            return
        if self.low is not None and value < self.low:
            raise ValidationError(f"{self.shown(value)} is below {self.shown(Decimal(self.low))}, the least it can be.")
        if self.high is not None and value > self.high:
            raise ValidationError(f"{self.shown(value)} is above {self.shown(Decimal(self.high))}, the most it can be.")

    def shown(self, value: Decimal) -> str:
        return f"{value:,f}"

    def clean(self, value: Any) -> Any:
        number = self.to_python(value)
        self.validate(number)
        return None if number is None else canonical(number)

    def prepare_value(self, value: Any) -> Any:
        return f"{canonical(value):,f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "")


class MoneyField(NumberField):
    example = "24,000"
    is_money = True
    signs = "$€£\xa0 _"

    def shown(self, value: Decimal) -> str:
        return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


class PercentField(NumberField):
    """Typed as per cent, limits too; cleaned to a fraction by moving the point, so that no digit is lost."""

    example = "9.0"
    unit = "%"
    signs = "%\xa0 _"

    def __init__(self, *, low: Decimal | int = 0, high: Decimal | int = 100, **kwargs: Any) -> None:
        super().__init__(low=low, high=high, **kwargs)

    def shown(self, value: Decimal) -> str:
        return f"{in_percent(value.scaleb(-2))}%"

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else canonical(number.scaleb(-2))

    def prepare_value(self, value: Any) -> Any:
        return in_percent(value) if isinstance(value, Decimal) else value


def in_percent(fraction: Decimal) -> str:
    """0.09 as 9.0, with all the decimals that there are."""
    number = canonical(fraction.scaleb(2))
    return f"{number:.1f}" if number == round(number, 1) else f"{number:f}"
