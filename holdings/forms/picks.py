"""What a form calls the shares that a sale may name."""

from __future__ import annotations

from holdings.taxation.lots import Part


def lot_name(part: Part) -> str:
    """Lower case, as it stands within a sentence."""
    acquired, piece = part.lot.acquired, part.pick.piece
    name = f"lot of {acquired:%-d %b %Y}" if acquired else "lot of unknown date"
    if piece is None:
        return name
    return f"{name}, replacing shares sold at a loss" if piece else f"{name}, the rest"
