"""Reading a file by its mapping: every row kept, with its line and what is wrong with it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from decimal import Decimal, localcontext

from holdings.importers.base import (
    AccountHint,
    Content,
    DraftRow,
    ImportFailed,
    ParsedFile,
    RowProblem,
    Security,
    Severity,
)
from holdings.importers.cells import DateOrder, currency, moment, number
from holdings.importers.drafts import beside, unit_price, with_problems
from holdings.importers.mapped.layout import header_names
from holdings.importers.mapped.propose import below_header
from holdings.importers.mapped.spec import AmountIs, Field, MappingSpec, Signs, unsettled
from holdings.importers.mapped.words import TOTAL_LINES
from holdings.importers.reading import RowReader
from holdings.importers.splits import Ratio, read_ratio, with_shares
from holdings.ledger.exact import exact
from holdings.ledger.types import ZERO, Kind

TRADES = {Kind.BUY, Kind.SELL, Kind.REINVEST}
OUT = {Kind.BUY, Kind.REINVEST, Kind.FEE, Kind.TAX, Kind.WITHDRAWAL, Kind.TRANSFER_OUT}
"""Kinds that take cash; the others bring it."""

GONE = {Kind.SELL, Kind.TRANSFER_OUT, Kind.CASH_IN_LIEU, Kind.WORTHLESS}
"""Kinds that take shares; the others bring them."""

_CENT = Decimal("0.01")
_FAR = Decimal("0.02")
_NUMBER_END = re.compile(r"[0-9]{3,}$")


def parse(text: str, spec: MappingSpec) -> ParsedFile:
    """Read the whole text as `spec` says. Raises ImportFailed when the spec is unsettled or of another file."""
    with localcontext(exact):
        return _parse(text, spec)


def _parse(text: str, spec: MappingSpec) -> ParsedFile:
    if questions := unsettled(spec):
        raise ImportFailed("The mapping is not complete. " + " ".join(question.text for question in questions))
    rows: list[DraftRow] = []
    problems: list[RowProblem] = []
    ratios: dict[int, Ratio] = {}
    seen = False
    for line, cells in below_header(text, spec):
        seen = True
        if cells[0] == spec.header[0] and header_names(cells) == spec.header:
            continue
        reader = _Reader(line, spec, cells)
        if reader.is_no_row:
            problems.append(_left_out(line, cells))
            continue
        drafts = reader.drafts()
        if reader.ratio:
            ratios[len(rows)] = reader.ratio
        rows += drafts
    if not seen and spec.has_header:
        raise ImportFailed(f"The file has no header with the columns {', '.join(spec.header)}, or nothing below it.")
    accounts = dict.fromkeys(row.account for row in rows if row.account)
    return ParsedFile(
        importer="mapped",
        content=Content.LOTS if spec.every is Kind.OPENING else Content.TRANSACTIONS,
        rows=with_shares(rows, ratios),
        problems=tuple(problems),
        accounts=tuple(accounts),
    )


def _left_out(line: int, cells: Sequence[str]) -> RowProblem:
    shown = " ".join(filter(None, cells))[:60]
    message = f"“{shown}” is a sum or a note, no transaction; the line is left out."
    return RowProblem(line, "", message, "Compare it with the rows if it is a sum.", Severity.WARNING)


class _Reader(RowReader):
    """One row, its cells by field."""

    def __init__(self, line: int, spec: MappingSpec, cells: Sequence[str]) -> None:
        super().__init__(line, spec.header, cells, spec.decimal or ".")
        self.spec = spec
        self.ratio: Ratio | None = None
        self.unit = Decimal(1)

    @property
    def is_no_row(self) -> bool:
        """Whether the line is a sum, a note or the end of the file: it has no date, and says so or says one thing."""
        filled = [cell for cell in self.raw.values() if cell]
        if self._dated():
            return False
        return len(filled) < 2 or any(TOTAL_LINES.match(cell.casefold()) for cell in filled[:2])

    def _dated(self) -> bool:
        try:
            return bool(moment(self.cell(Field.DATE) or self.cell(Field.ACQUIRED), self.order))
        except ValueError:
            return False

    @property
    def order(self) -> DateOrder:
        return self.spec.dates or DateOrder.YMD

    def column(self, part: Field) -> str:
        """The column of the field, or the field itself where the file has none."""
        return self.spec.columns.get(part, str(part))

    def cell(self, part: Field) -> str:
        return self.text(self.column(part)) if part in self.spec.columns else ""

    def figure(self, part: Field) -> Decimal | None:
        """The field's number; None when there is none or it cannot be read, which is noted."""
        return self.number(self.column(part)) if part in self.spec.columns else None

    def money(self, part: Field) -> Decimal | None:
        value = self.figure(part)
        return None if value is None else value * self.unit

    def drafts(self) -> list[DraftRow]:
        """The row, and beside it the tax and the fees that it withheld, which are no part of what it is."""
        day, clock = self._moment()
        kind = self._kind()
        self.currency = self._currency()
        quantity, price = self._quantity(kind), self.money(Field.PRICE)
        fees, tax = abs(self.money(Field.FEES) or ZERO), abs(self.money(Field.TAX) or ZERO)
        total = self._total(kind, quantity, price)
        draft = DraftRow(
            rows=(self.line,),
            raw=self.raw,
            kind=kind,
            trade_date=day,
            trade_time=clock,
            symbol=(self.cell(Field.SYMBOL) or self.cell(Field.ISIN) or self.cell(Field.NAME)).upper(),
            description=self.cell(Field.NOTE) or self.cell(Field.NAME),
            currency=self.currency,
            account=self._account(),
            security=Security(name=self.cell(Field.NAME), isin=self.cell(Field.ISIN).upper()),
            external_id=self.cell(Field.ID),
            order=self.cell(Field.ORDER),
        )
        if kind in TRADES:
            made = self._trade(draft, quantity, price, total, fees, tax)
        elif kind in {Kind.OPENING, Kind.TRANSFER_IN, Kind.TRANSFER_OUT} and quantity:
            made = self._in_kind(draft, quantity, price, total, fees)
        elif kind in {Kind.SPLIT, Kind.WORTHLESS}:
            made = [replace(draft, quantity=-abs(quantity) if kind is Kind.WORTHLESS else quantity)]
        elif kind:
            made = self._cash(draft, quantity, total, fees, tax)
        else:
            made = [draft]
        self._check(made[0])
        return with_problems(made, self.problems)

    def _moment(self) -> tuple[date | None, time | None]:
        part = Field.DATE if Field.DATE in self.spec.columns else Field.ACQUIRED
        if self.unknown(self.column(part)):
            self.error(self.column(part), "The date is missing.", "Add it in the file, or leave the row out.")
            return None, None
        try:
            return moment(self.cell(part), self.order)
        except ValueError as fault:
            self.error(self.column(part), str(fault), "Correct the date, or the order of dates in the mapping.")
            return None, None

    def _kind(self) -> Kind | None:
        if Field.KIND not in self.spec.columns:
            return self.spec.every or self._kind_by_sign()
        word = self.cell(Field.KIND)
        if not word:
            self.error(self.column(Field.KIND), "The type is missing.", "Add it in the file, or leave the row out.")
            return None
        kind = self.spec.kinds.get(word.casefold())
        if not kind:
            message = f"“{word}” has no meaning in the mapping; the row is kept and not booked."
            self.warn(self.column(Field.KIND), message, "Give the word a meaning if it changed shares or cash.")
        return kind

    def _kind_by_sign(self) -> Kind | None:
        """Shares come in or go out; without shares, money does."""
        try:
            quantity = number(self.cell(Field.QUANTITY), self.decimal)
            amount = number(self.cell(Field.AMOUNT), self.decimal)
        except ValueError:
            return None
        if quantity:
            return Kind.BUY if quantity > 0 else Kind.SELL
        return (Kind.DEPOSIT if amount > 0 else Kind.WITHDRAWAL) if amount else None

    def _currency(self) -> str:
        if not self.cell(Field.CURRENCY):
            return self.spec.currency
        try:
            code, self.unit = currency(self.cell(Field.CURRENCY))
        except ValueError as fault:
            self.error(self.column(Field.CURRENCY), str(fault), "Use a code such as EUR, or leave the row out.")
            return self.spec.currency
        return code

    def _quantity(self, kind: Kind | None) -> Decimal:
        """Shares as written; the ratio of a split is kept for when all rows are known."""
        if kind is Kind.SPLIT:
            self.ratio = read_ratio(self.cell(Field.QUANTITY) or self.cell(Field.NOTE))
            if self.ratio:
                return ZERO
        return self.figure(Field.QUANTITY) or ZERO

    def _total(self, kind: Kind | None, quantity: Decimal, price: Decimal | None) -> Decimal | None:
        """The amount of the whole row, signed as cash; shares times price where the file has no amount."""
        amount = self.money(Field.AMOUNT)
        if amount is None:
            amount = None if price is None else abs(quantity) * price
            return amount if amount is None or kind not in OUT else -amount
        if self.spec.amount_is is AmountIs.PER_SHARE and quantity:
            amount *= abs(quantity)
        if kind is Kind.OPENING:
            return abs(amount)
        if self.spec.signs is Signs.BY_KIND:
            return -abs(amount) if kind in OUT else amount
        return amount if self.spec.signs is Signs.CASH else -amount

    @property
    def _net(self) -> bool:
        """Whether fees and tax are inside the total already."""
        return self.spec.fees_in_amount and not self.unknown(self.column(Field.AMOUNT))

    def _trade(
        self,
        draft: DraftRow,
        quantity: Decimal,
        price: Decimal | None,
        total: Decimal | None,
        fees: Decimal,
        tax: Decimal,
    ) -> list[DraftRow]:
        """Tax on a purchase is a cost of it; tax on a sale was withheld from its gain and is a row of its own."""
        sold = draft.kind is Kind.SELL
        shares = abs(quantity)
        if not shares:
            self._missing(Field.QUANTITY)
        if total is None:
            self._missing(Field.AMOUNT if Field.AMOUNT in self.spec.columns else Field.PRICE)
            return [draft]
        costs = fees if sold else fees + tax
        cash = total + (tax if sold else ZERO) if self._net else total - costs
        gross = abs(cash + costs)
        if total and (total > 0) != sold:
            message = f"A {draft.kind} does not change cash by {total:,f}."
            self.error(self.column(Field.AMOUNT), message, "Correct the amount, or what its sign means in the mapping.")
        elif price is not None and shares and self._differs(shares * price, gross, shares, price):
            price = None
        trade = replace(
            draft,
            quantity=-shares if sold else shares,
            price=price if price is not None or not shares else unit_price(gross, shares),
            fees=costs,
            cash=cash,
        )
        return [trade, *([beside(draft, Kind.TAX, -tax)] if tax and sold else [])]

    def _differs(self, product: Decimal, gross: Decimal, shares: Decimal, price: Decimal) -> bool:
        """Prices are rounded; what is farther off than that is said. Far off, it is no price of this amount at all."""
        places = Decimal(1).scaleb(int(price.as_tuple().exponent)) / 2
        if abs(product - gross) > _CENT + shares * places:
            message = f"Shares times price make {product:,.2f}, the amount without fees is {gross:,.2f}."
            remedy = "The amount is booked. Compare its fees and its currency with the broker's note."
            self.warn(self.column(Field.AMOUNT), message, remedy)
        return abs(product - gross) > product * _FAR

    def _in_kind(
        self, draft: DraftRow, quantity: Decimal, price: Decimal | None, total: Decimal | None, fees: Decimal
    ) -> list[DraftRow]:
        """Shares that come with their basis, or go."""
        basis = None if total is None else abs(total) + (ZERO if self._net else fees)
        if draft.kind is Kind.TRANSFER_OUT:
            return [replace(draft, quantity=-abs(quantity), price=price)]
        if draft.kind is Kind.OPENING and quantity < 0:
            self.error(self.column(Field.QUANTITY), "A lot has no negative shares.", "Correct the shares in the file.")
        if basis is None:
            self.warn(
                self.column(Field.AMOUNT), "The basis is unknown; no plan will sell this lot.", "Add it once known."
            )
        return [replace(draft, quantity=abs(quantity), price=price, basis=basis, acquired=self._acquired(draft))]

    def _acquired(self, draft: DraftRow) -> date | None:
        if Field.ACQUIRED not in self.spec.columns:
            return draft.trade_date if draft.kind is Kind.OPENING else None
        if self.unknown(self.column(Field.ACQUIRED)):
            self.warn(
                self.column(Field.ACQUIRED), "The date is unknown; no plan will sell this lot.", "Add it once known."
            )
            return None
        return self.day(self.column(Field.ACQUIRED), lambda text: moment(text, self.order)[0])

    def _cash(
        self, draft: DraftRow, quantity: Decimal, total: Decimal | None, fees: Decimal, tax: Decimal
    ) -> list[DraftRow]:
        """Income is booked gross, with what was withheld beside it."""
        if draft.kind is Kind.FEE and not total and fees:
            total, fees = -fees, ZERO
        if draft.kind is Kind.TAX and not total and tax:
            total, tax = -tax, ZERO
        if not total:
            self._missing(Field.AMOUNT)
            return [draft]
        gone = -abs(quantity) if draft.kind in GONE else ZERO
        gross = total + fees + tax if self._net else total
        rows = [replace(draft, quantity=gone, cash=gross)]
        rows += [beside(draft, Kind.FEE, -fees)] if fees else []
        return rows + ([beside(draft, Kind.TAX, -tax)] if tax else [])

    def _missing(self, part: Field) -> None:
        column = self.column(part)
        if not any(problem.field == column for problem in self.problems):
            self.error(column, f"{column} is missing.", "Add it in the file, or leave the row out.")

    def _check(self, draft: DraftRow) -> None:
        """Shares need a security."""
        if draft.kind in {*TRADES, Kind.OPENING, Kind.SPLIT, Kind.WORTHLESS} and not draft.symbol:
            self._missing(Field.SYMBOL)
        if draft.kind is Kind.SPLIT and not draft.quantity and not self.ratio:
            self._missing(Field.QUANTITY)

    def _account(self) -> AccountHint | None:
        written = self.cell(Field.ACCOUNT)
        digits = _NUMBER_END.search(written)
        return AccountHint(written, digits[0][-4:] if digits else "") if written else None
