"""Components that need more than markup. Each has its template in templates/components/."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput
from django.template import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MOST_SEGMENTS = 8


@register.simple_block_tag
def panel(content: str, title: str, aside: str = "", note: str = "", name: str = "") -> str:
    """Title left, context or a control right, the content, and an optional note below a hairline."""
    values = {"title": title, "aside": aside, "note": note, "name": name or slug(title), "content": content}
    return render_to_string("components/panel.html", values)


def slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


@register.simple_tag
def stat(label: str, value: str, note: str = "") -> str:
    """One key figure of a `<dl class="stats">`: label, value, one line of meaning."""
    return render_to_string("components/stat.html", {"label": label, "value": value, "note": note})


@register.simple_tag(takes_context=True)
def segments(
    context: RequestContext, parameter: str, choices: Iterable[Sequence[Any]], current: Any, label: str
) -> SafeString:
    """Links that set one query parameter; choices are (value, word) or (value, word, count). Many become a select."""
    query = context.request.GET.copy()
    query.pop("page", None)
    others = [(name, value) for name, values in query.lists() if name != parameter for value in values]
    options = []
    for value, word, *count in choices:
        query[parameter] = value
        options.append(
            {
                "value": value,
                "href": f"?{query.urlencode()}",
                "word": word,
                "count": count,
                "current": value == current,
            }
        )
    values = {"options": options, "label": label, "parameter": parameter, "others": others}
    name = "segments" if len(options) <= MOST_SEGMENTS else "segments_many"
    return render_to_string(f"components/{name}.html", values)


@register.simple_tag
def form_row(field: BoundField, unit: str = "", effect: str = "", wide: bool = False) -> str:
    """Label and help | field with its unit | what it changes. Errors stand under the field."""
    return render_to_string("components/form_row.html", field_values(field, unit) | {"effect": effect, "wide": wide})


@register.simple_tag
def form_field(field: BoundField, unit: str = "", label: str = "") -> str:
    """The same field with its label above, for narrow forms; the label says what a placeholder would."""
    field.field.widget.attrs.pop("placeholder", None)
    return render_to_string("components/form_field.html", field_values(field, unit) | {"label": label or field.label})


def field_values(field: BoundField, unit: str) -> dict[str, Any]:
    is_switch = isinstance(field.field.widget, CheckboxInput)
    widget = field.as_widget(attrs={"class": "switch"}) if is_switch else field.as_widget()
    return {"field": field, "unit": unit, "widget": widget, "is_switch": is_switch}


@register.simple_tag
def decision(name: str, current: str = "", subject: str = "") -> str:
    """Approve | Reject as radio inputs `name` with the values approve and reject."""
    return render_to_string("components/decision.html", {"name": name, "current": current, "subject": subject})


@register.simple_tag
def chart(figure: Mapping[str, Any], name: str) -> str:
    """A Plotly figure of `figures.py` with its finding as label, its key and its numbers as a table."""
    plot = {"data": figure["data"], "layout": figure["layout"]}
    return render_to_string("components/chart.html", {"figure": figure, "plot": plot, "name": name})


@register.simple_tag
def progress(part: float, words: str, detail: str = "") -> str:
    """A bar with what is done in words; part is a fraction."""
    values = {"percent": round(100 * part), "words": words, "detail": detail}
    return render_to_string("components/progress.html", values)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: RequestContext, page: Page[Any]) -> dict[str, Any]:
    """Which rows of how many, and the pages before and after."""
    return {"page": page}


@register.simple_tag
def unknown(href: str = "", what: str = "") -> str:
    """The word for a figure that nobody knows, with a link to where it can be set."""
    if not href:
        return SafeString('<span class="na">unknown</span>')
    return format_html('<a href="{}">unknown<span class="visually-hidden"> {}</span></a>', href, what)
