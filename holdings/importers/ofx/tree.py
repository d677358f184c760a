"""From the text of an OFX file to a tree: bounded in depth and size, without entities, and in one pass."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.sax import ContentHandler, SAXException
from xml.sax.xmlreader import Locator

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from holdings.importers.base import ImportFailed

MAX_DEPTH = 50
MAX_ELEMENTS = 1_500_000

_ELEMENT = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z0-9._]{1,60})(?P<empty>/?)>(?P<text>[^<]*)")
_XML = re.compile(r"\s*<\?(?:xml|OFX)\b")
_INSTRUCTION = re.compile(r"<\?[^>]{0,400}\?>")
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&nbsp;": " ", "&amp;": "&"}


@dataclass(slots=True)
class Node:
    """An element: a value (`text`), or an aggregate of others. `line` counts from 1."""

    name: str
    line: int
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def child(self, name: str) -> "Node | None":
        return next((node for node in self.children if node.name == name), None)

    def value(self, name: str) -> str:
        """The text of a child, empty where there is none."""
        child = self.child(name)
        return child.text if child else ""

    def all(self, name: str) -> Iterator["Node"]:
        """Every element of that name below this one, in the order of the file."""
        stack = [self]
        while stack:
            node = stack.pop()
            if node.name == name and node is not self:
                yield node
            else:
                stack += reversed(node.children)

    def values(self) -> dict[str, str]:
        """The first value of each name below this one."""
        found: dict[str, str] = {}
        stack = [self]
        while stack:
            node = stack.pop()
            if node.text:
                found.setdefault(node.name, node.text)
            stack += reversed(node.children)
        return found


class _Builder:
    """Elements as they open and close."""

    def __init__(self) -> None:
        self.root = Node("", 1)
        self.open = [self.root]
        self.count = 0

    def start(self, name: str, line: int) -> Node:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) > MAX_DEPTH:
            raise ImportFailed(
                "The file has more elements, or more of them inside each other, than a statement has. It is not read."
            )
        node = Node(name, line)
        self.open[-1].children.append(node)
        self.open.append(node)
        return node

    def value(self, name: str, line: int, text: str) -> None:
        """An element with text ends there, closed or not."""
        self.start(name, line).text = text
        self.open.pop()

    def end(self, name: str) -> None:
        """Close the innermost element of that name. Those left open inside it were empty: what they hold was beside."""
        at = next((at for at in range(len(self.open) - 1, 0, -1) if self.open[at].name == name), 0)
        while at and len(self.open) > at + 1:
            left = self.open.pop()
            self.open[-1].children += left.children
            left.children = []
        if at:
            self.open.pop()


def read_tree(text: str) -> Node:
    """The tree below `<OFX>`. Raises ImportFailed when there is none, and for a document type or entities."""
    body = text.removeprefix("\ufeff")
    if "<!" in body:
        body = _without_sections(body)
    root = (_xml(body) if _XML.match(body) else None) or _sgml(body)
    whole = next(root.all("OFX"), None)
    if whole is None:
        raise ImportFailed("The file has no element <OFX>; an OFX or QFX download was expected.")
    return whole


def _without_sections(body: str) -> str:
    """CDATA as plain text. Raises ImportFailed for a document type, for entities, and for sections without an end."""
    first, *sections = body.split("<![CDATA[")
    parts = [first]
    for section in sections:
        inside, end, after = section.partition("]]>")
        parts += [inside.replace("&", "&amp;").replace("<", "&lt;"), after]
        if not end:
            raise ImportFailed("The file ends inside a section of text. Download it again.")
    if "<!" in "".join(parts).replace("<!--", ""):
        raise ImportFailed("The file declares a document type or entities; no OFX file does. It is not read.")
    return "".join(parts)


def _sgml(body: str) -> Node:
    """Version 1, where values need no closing tag; and version 2 with faults that no XML parser passes."""
    builder = _Builder()
    line, seen = 1, 0
    for found in _ELEMENT.finditer(body):
        line, seen = line + body.count("\n", seen, found.start()), found.start()
        name, value = found["name"].upper(), _plain(found["text"])
        if found["close"]:
            builder.end(name)
        elif value or found["empty"]:
            builder.value(name, line, value)
        else:
            builder.start(name, line)
    return builder.root


def _plain(text: str) -> str:
    for reference, sign in _REFERENCES.items() if "&" in text else ():
        text = text.replace(reference, sign)
    return text.strip()


def _xml(body: str) -> Node | None:
    """Version 2. None for XML that is not well formed, which banks do write: an `&` in a name is enough."""
    handler = _Handler()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    heading = _INSTRUCTION.match(body.lstrip())
    start = body.index(heading[0]) + len(heading[0]) if heading and heading[0].startswith("<?xml") else 0
    handler.ahead = body.count("\n", 0, start)
    try:
        parser.parse(BytesIO(body[start:].encode("utf-8", "replace")))
    except DefusedXmlException:
        raise ImportFailed("The file declares a document type or entities; no OFX file does. It is not read.") from None
    except SAXException:
        return None
    return handler.builder.root


class _Handler(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.builder = _Builder()
        self.locator: Locator | None = None
        self.ahead = 0
        self.texts: list[str] = []

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def startElement(self, name: str, attrs: Any) -> None:
        self.texts = []
        line = (self.locator.getLineNumber() or 1) if self.locator else 1
        self.builder.start(name.upper(), self.ahead + line)

    def characters(self, content: str) -> None:
        self.texts.append(content)

    def endElement(self, name: str) -> None:
        self.builder.open[-1].text = "".join(self.texts).strip()
        self.texts = []
        self.builder.end(name.upper())
