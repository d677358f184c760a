"""The kinds of file that can be read, recognised by content, never by file name."""

import re

from holdings.importers.base import Importer, ImportFailed, ParsedFile, UnknownFormat
from holdings.importers.etrade.gains import EtradeGains
from holdings.importers.etrade.lots import EtradeLots
from holdings.importers.etrade.transactions import EtradeTransactions
from holdings.importers.fidelity.history import FidelityHistory
from holdings.importers.fidelity.positions import FidelityPositions
from holdings.importers.ghostfolio import GhostfolioCsv, GhostfolioJson
from holdings.importers.ibkr.activity import IbkrActivity
from holdings.importers.ibkr.flex_csv import IbkrFlexCsv
from holdings.importers.ibkr.flex_xml import IbkrFlexXml
from holdings.importers.ibkr.history import IbkrHistory
from holdings.importers.ofx.statements import Ofx
from holdings.importers.portfolio_performance import PortfolioPerformance
from holdings.importers.robinhood.activity import RobinhoodActivity
from holdings.importers.schwab.lots import SchwabLots
from holdings.importers.schwab.positions import SchwabPositions
from holdings.importers.schwab.transactions import SchwabTransactions
from holdings.importers.text import decode
from holdings.importers.vanguard.download import VanguardDownload

IMPORTERS: tuple[Importer, ...] = (
    SchwabTransactions(),
    SchwabLots(),
    SchwabPositions(),
    FidelityHistory(),
    FidelityPositions(),
    VanguardDownload(),
    RobinhoodActivity(),
    IbkrHistory(),
    IbkrActivity(),
    IbkrFlexCsv(),
    IbkrFlexXml(),
    EtradeTransactions(),
    EtradeLots(),
    EtradeGains(),
    PortfolioPerformance(),
    GhostfolioCsv(),
    GhostfolioJson(),
    Ofx(),
)
_SHOWN = 80
_BEGINNING = 2000
_ALIKE = 3
_COMMON = {"a", "an", "and", "as", "columns", "for", "header", "headers", "line", "lines", "of", "or", "the", "with"}


def detect(text: str) -> Importer:
    """The reader that is surest of the text. Raises ImportFailed, naming what was expected, when none is."""
    score, importer, refused = _surest(text)
    if refused:
        raise refused
    if score == 0:
        first = next((line.strip() for line in text.splitlines() if line.strip()), "")
        known = ", ".join(reader.label for reader in IMPORTERS)
        raise UnknownFormat(
            f"The file is of no known kind. It begins with “{first[:_SHOWN]}”. {_nearest(text)}Files of these kinds "
            f"can be read: {known}."
        )
    return importer


def _nearest(text: str) -> str:
    """What the kind expects whose words the file's beginning has most of; nothing when it has few of any."""
    begins = _words(text[:_BEGINNING])
    near = max(IMPORTERS, key=lambda reader: len(begins & _words(reader.expects)))
    if len(begins & _words(near.expects)) < _ALIKE:
        return ""
    return f"It is most like {near.label}, of which is expected {near.expects}. "


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w&*]+", text.lower())) - _COMMON


def _surest(text: str) -> tuple[float, Importer, ImportFailed | None]:
    """The reader that is surest. What one cannot read, such as a long line, matters when no other can."""
    best, importer, refused = 0.0, IMPORTERS[0], None
    for reader in IMPORTERS:
        try:
            score = reader.detect(text)
        except ImportFailed as fault:
            refused = fault
            continue
        if score > best:
            best, importer = score, reader
    return best, importer, None if best else refused


def read(content: bytes) -> ParsedFile:
    """Decode, recognise and read an uploaded file. Raises ImportFailed when that cannot be done."""
    text = decode(content)
    return detect(text).parse(text)
