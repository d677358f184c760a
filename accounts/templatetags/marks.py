"""Small drawings inside text and tables. Geometry stands in attributes: the content policy forbids inline style."""

from decimal import Decimal

from django import template
from django.utils.html import format_html

register = template.Library()

Number = Decimal | float | int
ICONS = {
    "check": "M3 8.5l3.5 3.5L13 5",
    "cross": "M4 4l8 8M12 4l-8 8",
    "warn": "M8 2.5l6.2 11H1.8zM8 6.5v3.2M8 11.6v.1",
    "clock": "M8 2a6 6 0 1 0 .01 0M8 4.8V8l2.2 1.6",
    "info": "M8 2a6 6 0 1 0 .01 0M8 7.4v3.4M8 5.1v.1",
    "chevron": "M6 3.5L10.5 8 6 12.5",
    "menu": "M2 4h12M2 8h12M2 12h12",
    "lock": "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5",
}
BADGES = {"gain": "check", "loss": "cross", "warn": "warn"}
RULES = {
    "pass": ("gain", "check", "Pass"),
    "near": ("warn", "warn", "Near"),
    "partial": ("warn", "warn", "Partly checked"),
    "fail": ("loss", "cross", "Fail"),
}
DRIFT_HALF, DRIFT_REACH = 84, 80


@register.simple_tag
def icon(name: str) -> str:
    """An outline that repeats what the words beside it say."""
    return format_html('<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d="{}"/></svg>', ICONS[name])


@register.simple_tag
def badge(word: str, tone: str = "") -> str:
    """A state word; tone is accent (under way), gain (done), loss (failed), warn (waits, stale) or empty."""
    mark = icon(BADGES[tone]) if tone in BADGES else ""
    return format_html('<span class="badge {}">{}{}</span>', tone, mark, word)


@register.simple_tag
def rule_state(state: str) -> str:
    """Icon and word in front of a rule sentence: pass, near or fail."""
    tone, mark, word = RULES[state]
    return format_html('<span class="rule-state {}">{}{}</span>', tone, icon(mark), word)


@register.simple_tag
def swatch(sector: str) -> str:
    """The colour of a class or sector, for use beside its name."""
    return format_html(
        '<svg class="swatch own-{}" viewBox="0 0 8 8" aria-hidden="true"><rect width="8" height="8" rx="1.5"/></svg>',
        sector,
    )


@register.simple_tag
def drift_bar(drift: Number, low: Number, high: Number, scale: Number) -> str:
    """Drift from target over its tolerance band; all four in one unit, `scale` being the largest of the table."""
    start, width = span(0, float(drift), float(scale))
    band_start, band_width = span(float(low), float(high), float(scale))
    return format_html(
        '<svg class="drift" viewBox="0 0 168 18" aria-hidden="true">'
        '<rect class="band" x="{}" y="1" width="{}" height="16"/>'
        '<rect class="{}" x="{}" y="5" width="{}" height="8"/>'
        '<rect class="zero" x="83.5" y="0" width="1" height="18"/></svg>',
        band_start,
        band_width,
        "within" if low <= drift <= high else "outside",
        start,
        width,
    )


def span(one: float, other: float, scale: float) -> tuple[float, float]:
    """Left edge and width in the drift bar of the stretch between two values."""
    ends = sorted(DRIFT_HALF + DRIFT_REACH * max(-1.0, min(1.0, value / (scale or 1))) for value in (one, other))
    return round(ends[0], 1), round(ends[1] - ends[0], 1)


@register.simple_tag
def days_bar(held: int, needed: int = 366) -> str:
    """How much of the year to long-term has passed."""
    filled = round(46 * max(0.0, min(1.0, held / needed)), 1)
    return format_html(
        '<svg class="days" viewBox="0 0 46 6" aria-hidden="true"><rect class="bar-track" width="46" height="6" rx="3"/>'
        '<rect class="bar-fill" width="{}" height="6" rx="3"/></svg>',
        filled,
    )
