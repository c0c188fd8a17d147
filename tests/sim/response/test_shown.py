"""Teams are shown where they are until contact, and nowhere after it."""

from __future__ import annotations

from sim.response.shown import ShownTeams


def test_teams_are_shown_where_they_are_until_they_are_hidden():
    shown = ShownTeams()
    shown.show(1, 0, 1.0, 2.0)
    shown.show(2, 0, 3.0, 2.0)
    shown.show(1, 1, 7.0, 2.0)
    assert shown.now() == {1: (1, 7.0, 2.0), 2: (0, 3.0, 2.0)}
    shown.hide()
    shown.show(1, 1, 8.0, 2.0)
    assert shown.now() == {}
