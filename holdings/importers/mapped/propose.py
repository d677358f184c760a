"""A first mapping of a file of no known format, guessed from its header and its cells, for its user to confirm."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from holdings.importers.cells import DateOrder, currency, date_orders, decimal_signs, likely_decimal, number
from holdings.importers.mapped.layout import Layout, Record, find_layout, header_names, rows_of
from holdings.importers.mapped.spec import AmountIs, Field, MappingSpec, Question, Signs, unsettled
from holdings.importers.mapped.words import amount_of, kind_of, name_score, plain
from holdings.importers.reading import named
from holdings.importers.text import records
from holdings.ledger.types import ZERO, Kind

_STUDIED = 400
_SAMPLES = 8
_MOST_WORDS = 200
_NUMBERS = (Field.QUANTITY, Field.PRICE, Field.AMOUNT, Field.FEES, Field.TAX)
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}[0-9]")
_CLOSE = Decimal("0.01")

Cells = Mapping[str, Sequence[str]]
"""The filled cells of each column, among the first rows."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The column a field probably has, and how sure that is, from 0 to 1."""

    column: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the column of types, how many rows have it, and what it probably means."""

    word: str
    rows: int
    kind: Kind | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of the file as it stands there."""

    line: int
    raw: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What a file seems to be. `questions` are what only its user can say; the rest of `spec` is theirs to change.

    header_line: where its header is, or its first row without one. preamble: the lines above.
    """

    spec: MappingSpec
    guesses: Mapping[Field, Guess]
    words: tuple[Word, ...]
    questions: tuple[Question, ...]
    samples: tuple[Sample, ...]
    header_line: int
    preamble: tuple[str, ...]
    header_hash: str


def propose(text: str) -> Draft:
    """Guess how a file is to be read. Raises ImportFailed when it holds no table at all."""
    layout = find_layout(text)
    raws = [Sample(line, named(layout.header, cells)) for line, cells in rows_of(text, layout)]
    cells = _columns(layout.header, [sample.raw for sample in raws[:_STUDIED]])
    guesses = _guess_columns(cells)
    bare = MappingSpec(
        header=layout.header,
        columns={part: guess.column for part, guess in guesses.items()},
        delimiter=layout.delimiter,
        has_header=layout.has_header,
    )
    words = _words(bare, (sample.raw for sample in raws))
    spec = _refine(replace(bare, kinds={word.word: word.kind for word in words}), cells, raws[:_STUDIED])
    return Draft(
        spec=spec,
        guesses=guesses,
        words=words,
        questions=unsettled(spec),
        samples=tuple(raws[:_SAMPLES]),
        header_line=layout.line,
        preamble=layout.preamble,
        header_hash=_hash(layout),
    )


def header_hash(text: str) -> str:
    """By which a stored mapping is found again: the same for files with the same columns, whatever stands above them.

    Raises ImportFailed when the text holds no table.
    """
    return _hash(find_layout(text))


def kind_words(text: str, spec: MappingSpec) -> tuple[Word, ...]:
    """The words of the column that `spec` names for types, with a guess for each."""
    return _words(spec, (named(spec.header, cells) for _, cells in below_header(text, spec)))


def below_header(text: str, spec: MappingSpec) -> Iterator[Record]:
    """The records below the header of the spec, none where the file does not have it."""
    rows = records(text, spec.delimiter)
    if spec.has_header:
        any(header_names(cells)[: len(spec.header)] == spec.header for _, cells in rows)
    return rows


def _hash(layout: Layout) -> str:
    names = [name.casefold() for name in layout.header]
    return hashlib.sha256(json.dumps([layout.has_header, *names]).encode()).hexdigest()


def _columns(header: Sequence[str], raws: Sequence[Mapping[str, str]]) -> Cells:
    return {name: [cell for raw in raws if (cell := raw.get(name, ""))] for name in header}


def _guess_columns(cells: Cells) -> dict[Field, Guess]:
    """The surest pair of field and column first, each of them once."""
    pairs = [(_score(part, column, texts), part, column) for column, texts in cells.items() for part in Field]
    guesses: dict[Field, Guess] = {}
    taken: set[str] = set()
    for score, part, column in sorted(pairs, key=lambda pair: -pair[0]):
        if score > 0.25 and part not in guesses and column not in taken:
            guesses[part] = Guess(column, round(score, 2))
            taken.add(column)
    return guesses | _currency_of_the_amount(guesses, cells)


def _currency_of_the_amount(guesses: Mapping[Field, Guess], cells: Cells) -> dict[Field, Guess]:
    """Of several columns of currencies the one that the amount has: named after it, else the nearest behind it."""
    candidates = [column for column, texts in cells.items() if _share(sum(map(_is_currency, texts)), texts) > 0.8]
    amount = guesses.get(Field.AMOUNT)
    if len(candidates) < 2 or amount is None:
        return {}
    order = list(cells)
    at = order.index(amount.column)
    called = [column for column in candidates if plain(amount.column) in column.casefold()]
    behind = [column for column in candidates if order.index(column) > at]
    return {Field.CURRENCY: Guess((called or behind or candidates)[0], 0.7)}


def _score(part: Field, column: str, texts: Sequence[str]) -> float:
    """What the name says, as far as the cells bear it out; or what the cells say alone."""
    name, fit = name_score(part, column), _fit(part, texts)
    if fit is None or not texts:
        return name
    alone = {Field.ISIN: 0.9, Field.CURRENCY: 0.7, Field.KIND: 0.7, Field.DATE: 0.4}.get(part, 0.0)
    return max(name * (0.2 + 0.8 * fit), alone * fit if fit > 0.8 else 0.0)


def _fit(part: Field, texts: Sequence[str]) -> float | None:
    """Which part of the cells is of the field's form; None for fields that have none."""
    if part in {Field.DATE, Field.ACQUIRED}:
        return _share(max(_orders(texts).values()), texts)
    if part in _NUMBERS:
        return _share(max(_signs(texts).values()), texts)
    if check := _CHECKS.get(part):
        return _share(sum(1 for text in texts if check(text)), texts)
    return None


def _is_isin(text: str) -> bool:
    return bool(_ISIN.fullmatch(text))


def _is_kind(text: str) -> bool:
    return kind_of(text)[0] is not None


def _share(count: int, texts: Sequence[str]) -> float:
    return count / len(texts) if texts else 0.0


def _orders(texts: Sequence[str]) -> dict[DateOrder, int]:
    """How many cells are dates, by order."""
    found = [date_orders([text]) for text in texts]
    return {order: sum(1 for orders in found if order in orders) for order in DateOrder}


def _signs(texts: Sequence[str]) -> dict[str, int]:
    """How many cells are numbers, by decimal sign."""
    found = [decimal_signs([text]) for text in texts]
    return {sign: sum(1 for signs in found if sign in signs) for sign in (".", ",")}


def _is_currency(text: str) -> bool:
    try:
        return bool(currency(text))
    except ValueError:
        return False


_CHECKS: dict[Field, Callable[[str], bool]] = {
    Field.ISIN: _is_isin,
    Field.CURRENCY: _is_currency,
    Field.KIND: _is_kind,
}


def _words(spec: MappingSpec, raws: Iterable[Mapping[str, str]]) -> tuple[Word, ...]:
    column = spec.columns.get(Field.KIND)
    if not column:
        return ()
    counted = Counter(raw.get(column, "").casefold() for raw in raws)
    counted.pop("", None)
    return tuple(Word(word, rows, *kind_of(word)) for word, rows in counted.most_common(_MOST_WORDS))


def _refine(spec: MappingSpec, cells: Cells, rows: Sequence[Sample]) -> MappingSpec:
    """Decimal sign, order of dates and meaning of the amount, as far as the cells tell."""
    mapped = spec.columns
    dates = [text for part in (Field.DATE, Field.ACQUIRED) if part in mapped for text in cells[mapped[part]]]
    figures = [text for part in _NUMBERS if part in mapped for text in cells[mapped[part]]]
    spec = replace(spec, dates=_order(dates), decimal=_decimal(figures), currency=_currency(spec, cells))
    if Field.KIND not in mapped and Field.ACQUIRED in mapped and Field.DATE not in mapped:
        spec = replace(spec, every=Kind.OPENING)
    read = [values for row in rows if (values := _values(spec, row.raw))]
    return replace(
        spec,
        signs=_sign_convention(read),
        amount_is=_amount_is(spec, read),
        fees_in_amount=_fees_in_amount(spec, read),
    )


def _order(texts: Sequence[str]) -> DateOrder | None:
    """The only order in which the most cells are dates. None: the day could be the month."""
    counted = _orders(texts)
    likely = [order for order in DateOrder if counted[order] == max(counted.values())]
    if len(likely) == len(DateOrder):
        return DateOrder.YMD
    if DateOrder.DMY in likely and any("." in text for text in texts):
        return DateOrder.DMY  # with points, a day always comes first
    return likely[0] if len(likely) == 1 else None


def _decimal(texts: Sequence[str]) -> str | None:
    """A point where no cell has either sign; None where they could be either."""
    return likely_decimal(texts) or (None if any(sign in text for text in texts for sign in ".,") else ".")


def _currency(spec: MappingSpec, cells: Cells) -> str:
    """The commonest of the file, for rows that do not name theirs."""
    named_ = [text for text in cells.get(spec.columns.get(Field.CURRENCY, ""), ()) if _is_currency(text)]
    return currency(Counter(named_).most_common(1)[0][0])[0] if named_ else spec.currency


@dataclass(frozen=True, slots=True)
class _Values:
    kind: Kind | None
    quantity: Decimal | None
    price: Decimal | None
    amount: Decimal | None
    costs: Decimal


def _values(spec: MappingSpec, raw: Mapping[str, str]) -> _Values | None:
    """The numbers of a row, None where it has some that cannot be read."""
    try:
        read = {
            part: number(raw.get(spec.columns[part], ""), spec.decimal or ".")
            for part in _NUMBERS
            if part in spec.columns
        }
    except ValueError:
        return None
    return _Values(
        kind=spec.kinds.get(raw.get(spec.columns.get(Field.KIND, ""), "").casefold()),
        quantity=read.get(Field.QUANTITY),
        price=read.get(Field.PRICE),
        amount=read.get(Field.AMOUNT),
        costs=abs(read.get(Field.FEES) or ZERO) + abs(read.get(Field.TAX) or ZERO),
    )


def _sign_convention(rows: Sequence[_Values]) -> Signs:
    bought = {row.amount > 0 for row in rows if row.amount and row.kind is Kind.BUY}
    sold = {row.amount > 0 for row in rows if row.amount and row.kind is Kind.SELL}
    if bought == {False} and sold <= {True}:
        return Signs.CASH
    return Signs.OPPOSITE if bought <= {True} and sold == {False} else Signs.BY_KIND


def _amount_is(spec: MappingSpec, rows: Sequence[_Values]) -> AmountIs | None:
    """By the product of shares and price, else by the column's name; None where neither tells."""
    said = [
        AmountIs.PER_SHARE if _near(row.amount, row.price, ZERO) else AmountIs.TOTAL
        for row in rows
        if row.amount
        and row.price
        and row.quantity
        and abs(row.quantity) != 1
        and (_near(row.amount, row.price, ZERO) or _near(row.amount, row.price * row.quantity, row.costs))
    ]
    if said:
        return Counter(said).most_common(1)[0][0]
    if Field.QUANTITY not in spec.columns:
        return AmountIs.TOTAL
    return amount_of(spec.columns.get(Field.AMOUNT, "")) if Field.AMOUNT in spec.columns else AmountIs.TOTAL


def _near(amount: Decimal, expected: Decimal, slack: Decimal) -> bool:
    return abs(abs(amount) - abs(expected)) <= slack + abs(expected) * _CLOSE


def _fees_in_amount(spec: MappingSpec, rows: Sequence[_Values]) -> bool:
    """Whether shares times price miss the amount by the fees; by the name of the column where no row tells."""
    for row in rows:
        if row.amount and row.price and row.quantity and row.costs:
            return abs(abs(row.amount) - abs(row.price * row.quantity)) > row.costs / 2
    return not any(word in spec.columns.get(Field.AMOUNT, "").casefold() for word in ("gross", "brutto", "kurswert"))
