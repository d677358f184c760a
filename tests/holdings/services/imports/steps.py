"""Rows of a file, and what a person does with them."""

from __future__ import annotations

from holdings.models import (
    BrokerageAccount,
    Import,
    ImportRow,
)
from holdings.services import imports
from tests import factories
from tests.holdings.importers.files import transactions

FUNDS = "01/03/2022|MoneyLink Transfer||Tfr BANK||||$10000.00"
BUY = "03/01/2022|Buy|XOM|EXXON|10|$80.00||-$800.00"
SELL = "06/01/2022|Sell|XOM|EXXON|4|$95.00||$380.00"
BAD_DAY = "13/40/2022|Buy|XOM|EXXON|5|$80.00||-$400.00"
FEE = "06/02/2022|Service Fee||FEE||||-$7.50"
OTHER_FEE = "06/02/2022|Service Fee||FEE||||-$63.27"


def read(account: BrokerageAccount, *rows: str, content: bytes = b"") -> Import:
    return imports.preview(
        account=account, user=factories.user(), file_name="a.csv", content=content or transactions(*rows)
    )


def take_in(account: BrokerageAccount, *rows: str) -> Import:
    return imports.confirm(batch=read(account, *rows), user=factories.user())


def edit(batch: Import, row: ImportRow, **values: object) -> ImportRow:
    imports.edit_row(batch=batch, row=row, user=factories.user(), values=values)
    return ImportRow.objects.get(pk=row.pk)


def tick(row: ImportRow, chosen: bool) -> None:
    imports.choose(batch=row.batch, user=factories.user(), ticks={row.pk: chosen})


def statuses(batch: Import) -> list[str]:
    return list(batch.rows.values_list("status", flat=True))
