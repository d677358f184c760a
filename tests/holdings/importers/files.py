"""Broker files as the tests write them."""

from pathlib import Path

from holdings.importers.base import DraftRow, Importer, ImportFailed

HEADER = '"Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount"'
LOTS_HEADER = '"Open Date","Quantity","Price","Cost/Share","Market Value","Cost Basis","Holding Period",'


def fixture(name: str) -> bytes:
    return (Path(__file__).parent / "fixtures" / name).read_bytes()


def transactions(*rows: str) -> bytes:
    """A transactions file of rows whose cells are separated by |."""
    lines = [",".join(f'"{cell}"' for cell in row.split("|")) for row in rows]
    return "\n".join([HEADER, *lines]).encode()


def lots(*rows: str, banner: str = "KO Lot Details for XXXX-4321 as of 02:45 AM ET, 12/28/2022") -> bytes:
    """A lot details file of one block, rows of date|quantity|cost a share|basis."""
    lines = []
    for row in rows:
        opened, quantity, unit, basis = row.split("|")
        lines.append(f'"{opened}","{quantity}","$63.57","{unit}","$0.00","{basis}","Long Term",')
    return "\n".join([f'"{banner}"', "", LOTS_HEADER, *lines]).encode()


def rows_unless_refused(importer: Importer, text: str) -> tuple[DraftRow, ...]:
    """The rows of a damaged file, none when the importer refuses it as it may."""
    try:
        return importer.parse(text).rows
    except ImportFailed:
        return ()
