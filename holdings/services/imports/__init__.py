"""Broker files: read and judged, corrected by a person, booked once, undone as a whole."""

from holdings.services.imports.background import book, is_long, run_of, standing, try_out, upload, work
from holdings.services.imports.book import confirm, discard, undo
from holdings.services.imports.columns import apply_mapping
from holdings.services.imports.edits import (
    EditRefused,
    NotWaiting,
    book_as_short,
    choose,
    decide_symbols,
    edit_row,
    link,
    linked,
    map_accounts,
    offers_short,
    take_back,
)
from holdings.services.imports.read import preview
from holdings.services.imports.statements import would_compare

__all__ = [
    "EditRefused",
    "NotWaiting",
    "apply_mapping",
    "book",
    "book_as_short",
    "choose",
    "confirm",
    "decide_symbols",
    "discard",
    "edit_row",
    "is_long",
    "link",
    "linked",
    "map_accounts",
    "offers_short",
    "preview",
    "run_of",
    "standing",
    "take_back",
    "try_out",
    "undo",
    "upload",
    "work",
    "would_compare",
]
