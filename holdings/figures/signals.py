"""How often signals were right: a mean and its interval for each, beside zero."""

from collections.abc import Sequence

from holdings.figures.style import TEMPLATE, Figure

ROW, MARGIN = 34, {"l": 130, "r": 16, "t": 8, "b": 44}
Mean = tuple[str, float, float, float]  # name, mean, low, high


def intervals(rows: Sequence[Mean], unit: str) -> Figure:
    """One dot with its 95 % interval a row, the first on top; `unit` names what is measured."""
    names = [name for name, *_ in rows]
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [round(mean, 4) for _, mean, _, _ in rows],
        "y": names,
        "marker": {"color": "@accent", "size": 9},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [round(high - mean, 4) for _, mean, _, high in rows],
            "arrayminus": [round(mean - low, 4) for _, mean, low, _ in rows],
            "color": "@accent",
            "thickness": 1.6,
            "width": 4,
        },
        "hovertemplate": "%{y}: %{x:+.3f}<extra></extra>",
    }
    reach = 1.1 * max((max(abs(low), abs(high)) for _, _, low, high in rows), default=0.1)
    return {
        "data": [dots],
        "layout": {
            "template": TEMPLATE,
            "height": ROW * len(rows) + MARGIN["t"] + MARGIN["b"],
            "margin": MARGIN,
            "hovermode": "closest",
            "xaxis": {
                "title": {"text": unit, "font": {"size": 12, "color": "@ink-3"}},
                "range": [-reach, reach],
                "zeroline": True,
                "zerolinecolor": "@ink-3",
            },
            "yaxis": {"autorange": "reversed", "fixedrange": True},
        },
        "label": "; ".join(f"{name}: {mean:+.3f} ({low:+.3f} to {high:+.3f})" for name, mean, low, high in rows),
        "keys": [{"token": "accent", "mark": "filled", "word": "Mean, with its 95% interval"}],
        "table": {
            "title": unit,
            "head": ["Signal", "Mean", "From", "To"],
            "rows": [[name, f"{mean:+.3f}", f"{low:+.3f}", f"{high:+.3f}"] for name, mean, low, high in rows],
        },
    }
