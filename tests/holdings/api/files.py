"""Broker files for tests of the API."""

from __future__ import annotations

from accounts.models import User
from holdings.models import BrokerageAccount, Import
from holdings.services import imports

TRANSACTIONS = b""""Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"
"12/20/2022","Sell","XOM","EXXON MOBIL CORP","10","$105.00","$0.02","$1049.98"
"12/01/2022","Bank Interest","","BANK INT","","","","$1.37"
"""


def preview(account: BrokerageAccount, user: User, content: bytes) -> Import:
    return imports.preview(account=account, user=user, file_name="xom.csv", content=content)
