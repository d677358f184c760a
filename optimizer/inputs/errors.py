from __future__ import annotations

from typing import Any


class CannotPropose(Exception):
    """An input that a plan needs is missing; the message tells the user which, and the remedy.

    `detail`: what the page of the run links to, as JSON.
    """

    def __init__(self, message: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.detail = detail or {}
