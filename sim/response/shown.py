"""Where contact teams are shown on the plan: from entry until contact, and never after."""

from __future__ import annotations


class ShownTeams:
    """Positions of contact teams as a recording or a page may show them."""

    def __init__(self) -> None:
        self._at: dict[int, tuple[int, float, float]] = {}
        self._is_hidden = False

    def show(self, number: int, space: int, x: float, y: float) -> None:
        """Note where a contact team is."""
        if not self._is_hidden:
            self._at[number] = (space, x, y)

    def hide(self) -> None:
        """Show no team from contact on: where it stands would say where contact was made."""
        self._at = {}
        self._is_hidden = True

    def now(self) -> dict[int, tuple[int, float, float]]:
        """Return where contact teams are: space and position by number of the team."""
        return self._at
