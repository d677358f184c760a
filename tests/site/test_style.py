"""House rules of the look, held by reading the files."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STYLES = sorted((ROOT / "static/css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TOKENS = (ROOT / "static/css/tokens.css").read_text()
CLASSES = ("factor", "tech", "health", "staples", "discretionary", "financials", "energy", "industrials")
MORE_CLASSES = ("broad", "communication", "utilities", "materials", "realestate", "bonds", "cash")


def without_queries(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(("@media", "@page")))


def colours(scheme: str) -> dict[str, str]:
    light, dark = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light if scheme == "light" else dark.split("@media")[0])
    return dict(found)


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=lambda path: path.name)
def test_only_the_tokens_hold_colours_and_sizes(path: Path) -> None:
    text = without_queries(path.read_text())
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgba?\(|\b[1-9]\d*px", text) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_token_that_is_used_is_defined(path: Path) -> None:
    used = set(re.findall(r"var\(--([\w-]+)\)", path.read_text()))
    assert used - {"own"} <= set(re.findall(r"--([\w-]+):", TOKENS))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_hold_no_inline_style_script_or_handler(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*src=)", text) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "accent", "gain", "loss", "warn"])
def test_text_is_readable_on_every_ground(scheme: str, ink: str) -> None:
    token = colours(scheme)
    grounds = ["surface", "bg", "sunken"] + ([f"{ink}-soft"] if f"{ink}-soft" in token else [])
    assert min(contrast(token[ink], token[ground]) for ground in grounds) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mark", ["field", "accent", *CLASSES, *MORE_CLASSES])
def test_edges_and_marks_stand_out(scheme: str, mark: str) -> None:
    token = colours(scheme)
    assert contrast(token[mark], token["surface"]) >= 3


def test_both_schemes_define_the_same_colours() -> None:
    assert set(colours("light")) - {"paper"} == set(colours("dark"))
