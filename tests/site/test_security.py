"""What a browser is told by every response, and what a request may carry."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from portfolio_site.assets import PlotlyFinder
from portfolio_site.security import CONTENT_SECURITY_POLICY


def test_the_content_security_policy_is_this_string() -> None:
    assert CONTENT_SECURITY_POLICY == (
        "default-src 'none'; script-src 'self'; "
        "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' "
        "'sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o='; "
        "img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def test_its_style_hashes_are_of_what_plotly_adds_to_a_page() -> None:
    bundle = Path(PlotlyFinder().find("vendor/plotly.min.js")).read_text()
    (map_sheet,) = re.findall(r"textContent='(\.maplibregl-map[^']*)'", bundle)

    assert [source for source in CONTENT_SECURITY_POLICY.split() if "sha256" in source] == [
        style_hash(""),
        style_hash(map_sheet) + ";",
    ]


def style_hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/livez", "/healthz", "/accounts/login/", "/no-such-page"])
def test_every_response_carries_the_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers

    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/livez", headers={"host": "elsewhere.example"}).status_code == 400


def test_a_body_over_the_limit_is_refused_before_it_is_read(client: Client, settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 100

    assert client.post("/livez", b"x" * 101, content_type="text/csv").status_code == 413
    assert client.post("/livez", b"x" * 100, content_type="text/csv").status_code == 405
