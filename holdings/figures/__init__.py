"""Plotly figures as plain dicts, from plain numbers. Colours are token names ("@accent", "@band/0.5").

A figure carries, beside data and layout, its finding in words (label), its key and its numbers as a table. Dollar signs
are written &#36;: two of them in one text would be read as mathematics.
"""

from holdings.figures.allocation import AllocationRow, allocation
from holdings.figures.style import Figure
from holdings.figures.tax_frontier import FrontierPoint, tax_frontier
from holdings.figures.value import value_over_time

__all__ = ["AllocationRow", "Figure", "FrontierPoint", "allocation", "tax_frontier", "value_over_time"]
