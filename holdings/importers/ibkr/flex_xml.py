"""Flex queries as XML: records are elements with attributes. Read as a stream, without entities and without network."""

import re
from contextlib import suppress
from io import BytesIO
from xml.sax import ContentHandler, SAXException
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from holdings.importers.base import ImportFailed, ParsedFile, RowProblem, Severity
from holdings.importers.cells import DateOrder, day
from holdings.importers.ibkr.records import FLEX, Columns, Record, Section, Sheet
from holdings.importers.ibkr.sheet import last_day, parsed

_ELEMENTS = {
    "Trade": Section.TRADES,
    "TradeConfirm": Section.TRADES,
    "Order": Section.TRADES,
    "Lot": Section.TRADES,
    "WashSale": Section.TRADES,
    "SymbolSummary": Section.TRADES,
    "AssetSummary": Section.TRADES,
    "CashTransaction": Section.CASH,
    "CorporateAction": Section.CORPORATE,
    "Transfer": Section.TRANSFERS,
    "OpenPosition": Section.POSITIONS,
    "CashReportCurrency": Section.CASH_REPORT,
    "SecurityInfo": Section.SECURITIES,
    "AccountInformation": Section.ACCOUNT,
}
_UNREAD = {
    "TradeTransfer": "trade transfers",
    "SalesTax": "sales taxes",
    "CFDCharge": "CFD charges",
    "ClientFee": "client fees",
}
"""Records that move cash or shares and are not read: said, so that a difference can be explained."""

_LEVELS = {"Trade": "", "TradeConfirm": "", "Lot": "CLOSED_LOT", "Order": "ORDER", "WashSale": "WASH_SALE"}
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_MAX_ELEMENTS = 400_000


class IbkrFlexXml:
    """Reader of Flex queries in the format XML."""

    name = "ibkr_flex_xml"
    label = "Interactive Brokers Flex query (XML)"
    expects = "an element <FlexQueryResponse>"

    def detect(self, text: str) -> float:
        return 1.0 if text.lstrip("\ufeff\r\n\t ").startswith("<") and "<FlexQueryResponse" in text[:2000] else 0.0

    def parse(self, text: str) -> ParsedFile:
        found = _Records()
        body = _DECLARATION.sub("", text.removeprefix("\ufeff"), count=1)
        ahead = text[: len(text) - len(body)].count("\n")
        found.ahead = ahead
        parser = make_parser()
        parser.forbid_dtd = True
        parser.setContentHandler(found)
        try:
            parser.parse(BytesIO(body.encode("utf-8", "replace")))
        except SAXException as fault:
            raise ImportFailed(f"The XML of {self.label} cannot be read: {_said(fault, ahead)}.") from None
        except DefusedXmlException:
            raise ImportFailed(
                f"The file declares a document type or entities; no file of {self.label} does. It is not read."
            ) from None
        if not found.root:
            raise ImportFailed(f"This is no file of {self.label}: {self.expects} was expected.")
        found.sheet.as_of = found.sheet.as_of or last_day(found.sheet)
        return parsed(self.name, found.sheet)


class _Records(ContentHandler):
    """Collects the elements that are records, with their lines."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet()
        self.root = False
        self.given: dict[str, str] = {}
        self.columns: dict[tuple[str, ...], Columns] = {}
        self.ahead = 0
        self.locator: Locator | None = None
        self.elements = 0

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self.elements += 1
        if self.elements > _MAX_ELEMENTS:
            raise ImportFailed(f"The file has more than {_MAX_ELEMENTS:,} elements. Choose a shorter period.")
        if name == "FlexQueryResponse":
            self.root = True
        elif name == "FlexStatement":
            self.note(attrs)
        elif name == "AccountInformation":
            self.given = self.given | {"acctalias": attrs.get("acctAlias", "")}
            self.keep(name, attrs)
        elif name in _UNREAD:
            self.say_unread(name)
        elif name in _ELEMENTS and attrs.getLength():
            self.keep(name, attrs)

    def note(self, attrs: AttributesImpl) -> None:
        """The account of the statement, and its last day."""
        self.given = {"accountid": attrs.get("accountId", "")}
        with suppress(ValueError):
            self.sheet.as_of = day(attrs.get("toDate", ""), DateOrder.YMD)

    def say_unread(self, name: str) -> None:
        message = f"The file has {_UNREAD[name]}, which are not read."
        if message not in [problem.message for problem in self.sheet.problems]:
            remedy = "Record them by hand if the cash differs from the broker's."
            self.sheet.problems.append(RowProblem(self.line, name, message, remedy, Severity.WARNING))

    @property
    def line(self) -> int:
        return self.ahead + ((self.locator and self.locator.getLineNumber()) or 1)

    def keep(self, name: str, attrs: AttributesImpl) -> None:
        names = tuple(attrs.getNames())
        if names not in self.columns:
            self.columns[names] = Columns(names, FLEX)
        level = {"levelofdetail": _LEVELS.get(name, name)}
        cells = [str(value) for value in attrs.values()]
        self.sheet.records[_ELEMENTS[name]].append(Record(self.line, self.columns[names], cells, self.given | level))


def _said(fault: SAXException, ahead: int) -> str:
    line = getattr(fault, "getLineNumber", lambda: None)()
    return f"{fault.getMessage()}" + (f" in line {line + ahead}" if line else "")
