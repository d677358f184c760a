"""Sheets of paper: data in, a PDF out. Pure, for workers; typst brings its own fonts and needs no network."""

from __future__ import annotations

from pathlib import Path

import typst

TEMPLATE = Path(__file__).parent / "sheet.typ"
STANDARD = "ua-1"  # PDF/UA-1: tagged, with words for what is drawn


def pdf(sheet: str) -> bytes:
    """One page from a sheet's JSON (`optimizer.pages.report.sheet`). Equal sheets give equal bytes.

    Letters that its own fonts lack are taken from the machine's. Where no font has one, an empty box stands for it and
    the file does without the standard, which forbids that.
    """
    try:
        return _typeset(sheet, [STANDARD])
    except typst.TypstError:
        return _typeset(sheet, [])


def _typeset(sheet: str, standards: list[str]) -> bytes:
    made: bytes = typst.compile(str(TEMPLATE), sys_inputs={"sheet": sheet}, pdf_standards=standards, timestamp=0)
    return made
