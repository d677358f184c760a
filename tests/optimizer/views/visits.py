"""A real client on a household's pages, and the fields of a page's forms as a browser would send them."""

from __future__ import annotations

from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse

from accounts.models import Household, User


def visitor(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(house: Household, name: str, **kwargs: object) -> str:
    return reverse(name, kwargs={"household": house.uuid, **kwargs})


class Fields(HTMLParser):
    """Names and values of inputs and selects outside templates."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select, self._hidden = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "template":
            self._hidden = True
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select and not self._hidden and "selected" in given:
            self.values[self._select] = given["value"]
        elif tag == "input" and not self._hidden and given.get("type") not in {"checkbox", "radio"}:
            self.values[given["name"]] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = self._hidden and tag != "template"
        self._select = "" if tag == "select" else self._select


def form_of(client: Client, url: str) -> dict[str, str]:
    """What a browser would post if the user changed nothing."""
    parser = Fields()
    parser.feed(client.get(url).content.decode())
    return {name: value for name, value in parser.values.items() if name != "csrfmiddlewaretoken"}
