"""Any CSV file, read by a mapping of its columns that its user has confirmed."""

from holdings.importers.mapped.propose import Draft, Guess, Sample, Word, header_hash, kind_words, propose
from holdings.importers.mapped.read import parse
from holdings.importers.mapped.spec import (
    KINDS,
    LABELS,
    AmountIs,
    Field,
    MappingSpec,
    Question,
    Signs,
    from_json,
    to_json,
    unsettled,
)

__all__ = [
    "KINDS",
    "LABELS",
    "AmountIs",
    "Draft",
    "Field",
    "Guess",
    "MappingSpec",
    "Question",
    "Sample",
    "Signs",
    "Word",
    "from_json",
    "header_hash",
    "kind_words",
    "parse",
    "propose",
    "to_json",
    "unsettled",
]
