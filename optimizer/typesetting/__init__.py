"""Sheets of paper: data in, a PDF out. Pure, for workers; typst brings its own fonts and needs no network."""

from __future__ import annotations

from pathlib import Path

import typst

TEMPLATE = Path(__file__).parent / "sheet.typ"


def pdf(sheet: str) -> bytes:
    """One page from a sheet's JSON (`optimizer.pages.report.sheet`). Equal sheets give equal bytes.

    Tagged by PDF/UA-1, with words for what is drawn. Letters that its own fonts lack are taken from the machine's.
    Where no font has one, an empty box stands for it and the file does without the standard, which forbids that.
    """
    data = {"sheet": sheet}
    try:
        made: bytes = typst.compile(str(TEMPLATE), sys_inputs=data, pdf_standards="ua-1", timestamp=0)
    except typst.TypstError:
        made = typst.compile(str(TEMPLATE), sys_inputs=data, timestamp=0)
    return made
