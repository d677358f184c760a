"""The step that names the columns of a file, beside the first rows as they would be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdings.forms.imports import ColumnsForm
from holdings.importers import mapped
from holdings.importers.base import DraftRow, ImportFailed
from holdings.importers.mapped import Field, Question
from holdings.importers.text import decode
from holdings.models import Import, Transaction
from holdings.services.imports.columns import head

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the sample: as it stands in the file, and as it would be read."""

    number: int
    cells: Sequence[str]
    kind: str
    draft: DraftRow | None
    problems: Sequence[str]


@dataclass(frozen=True, slots=True)
class Page:
    form: ColumnsForm
    header: Sequence[str]
    lines: Sequence[Line]
    questions: Sequence[Question]
    failure: str


def load(batch: Import, data: Mapping[str, Any] | None) -> Page:
    """The mapping as posted, as remembered, or as guessed from the file."""
    text = decode(bytes(batch.file.content))
    draft = mapped.propose(text)
    spec = mapped.from_json(batch.mapping.spec) if batch.mapping else draft.spec
    words = mapped.kind_words(text, _with_kind_column(spec, data))
    form = ColumnsForm(data, spec=spec, words=words)
    tried, failure = _tried(form, spec)
    questions = mapped.unsettled(tried)
    read = [] if questions or failure else _read(text, tried)
    by_line = {line: row for row in read for line in row.rows}
    lines = [
        _line(sample.line, [sample.raw.get(name, "") for name in draft.spec.header], by_line.get(sample.line))
        for sample in draft.samples[:SHOWN]
    ]
    return Page(form, draft.spec.header, lines, questions, failure)


def _with_kind_column(spec: mapped.MappingSpec, data: Mapping[str, Any] | None) -> mapped.MappingSpec:
    """The words of the column that is chosen now, whatever was guessed."""
    chosen = (data or {}).get(f"column-{Field.KIND}")
    if chosen is None or (chosen and chosen not in spec.header):
        return spec
    columns = {part: name for part, name in spec.columns.items() if part != Field.KIND}
    return mapped.from_json(
        mapped.to_json(spec)
        | {"columns": {str(p): n for p, n in columns.items()} | ({"kind": chosen} if chosen else {})}
    )


def _tried(form: ColumnsForm, spec: mapped.MappingSpec) -> tuple[mapped.MappingSpec, str]:
    if not form.is_bound:
        return spec, ""
    if not form.is_valid():
        return spec, "Some of the choices cannot be read."
    try:
        return mapped.from_json(form.plain()), ""
    except ValueError as failure:
        return spec, str(failure)


def _read(text: str, spec: mapped.MappingSpec) -> Sequence[DraftRow]:
    try:
        return mapped.parse(head(text), spec).rows
    except ImportFailed:
        return []


def _line(number: int, cells: Sequence[str], row: DraftRow | None) -> Line:
    kind = Transaction.Kind(row.kind).label if row and row.kind else "Kept, not booked" if row else "–"
    return Line(number, cells, kind, row, [problem.message for problem in row.problems] if row else [])
