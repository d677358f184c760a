"""A person at a running site: signs in, makes a token under Settings, and calls the API with it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.site_process import EMAIL, PASSWORD, Site, wait_until

SECRET = re.compile(r"blst_[\w-]{43}")
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
Json = Any


@dataclass
class Caller:
    """`household` is the first of the signed-in user, once `sign_in` has been called."""

    site: Site
    household: str = ""
    browser: requests.Session = field(default_factory=requests.Session)
    api: requests.Session = field(default_factory=requests.Session)

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> Caller:
        self.post_form("/accounts/login/", login=email, password=password)
        self.household = self.browser.get(f"{self.site.url}/api/v1/households").json()["results"][0]["uuid"]
        page = self.post_form(f"/h/{self.household}/settings/tokens", "settings", name=str(uuid.uuid4()), scope="write")
        self.api.headers["Authorization"] = f"Bearer {SECRET.search(page)[0]}"
        return self

    def post_form(self, path: str, shown_at: str = "", **values: str) -> str:
        """Fill in a form of a page and send it; the page that it leads to."""
        address = self.site.url + path
        shown = self.browser.get(address if not shown_at else f"{self.site.url}/h/{self.household}/{shown_at}")
        values["csrfmiddlewaretoken"] = CSRF.search(shown.text)[1]
        answer = self.browser.post(address, values, headers={"Referer": address}, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.text

    def page(self, path: str = "") -> str:
        answer = self.browser.get(f"{self.site.url}/h/{self.household}/{path}", timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.text

    def url(self, path: str) -> str:
        return f"{self.site.url}/api/v1/households/{self.household}/{path}"

    def get(self, path: str) -> Json:
        answer = self.api.get(self.url(path), params={"page_size": 1000}, timeout=30)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        return body.get("results", body)

    def post(self, path: str, status: int = 200, **given: Any) -> Json:
        """Send JSON; what was answered, of the status that is expected."""
        answer = self.api.post(self.url(path), json=given, timeout=60)
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, account: str, name: str, content: bytes) -> Json:
        answer = self.api.post(self.url("imports"), {"account": account}, files={"file": (name, content)}, timeout=60)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def propose(self) -> Json:
        """Ask for a proposal and wait for its end; the run."""
        run = self.post("runs", 202, key=str(uuid.uuid4()))
        wait_until(lambda: self.run(run)["status"] not in {"queued", "running"}, seconds=120)
        return self.run(run)

    def run(self, run: Json) -> Json:
        return self.get(f"runs/{run['uuid']}")
