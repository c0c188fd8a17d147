"""The places among which the hazard starts, all with the same weight.

Spaces joined by openings without a door are one place, so that cutting a room into strips, or drawing a hall
in pieces, changes nothing. In a plan from outside every indoor place counts, whatever its use: what somebody
writes into a plan cannot say where it starts.
"""

from __future__ import annotations

from functools import lru_cache

import networkx as nx

from sim.place.navigation import Navigation

PUBLIC_USES = frozenset({"lobby", "corridor", "cafeteria", "library", "gym", "auditorium", "classroom"})
"""Uses of the spaces among which it starts in the shipped plans."""

MIN_PLACES = 8
"""A plan with fewer indoor places than this gives no harm outcome at all."""


@lru_cache(maxsize=16)
def indoor_places(nav: Navigation) -> list[list[int]]:
    """Return the indoor places of a plan: rows of spaces that openings without a door join.

    Returns
    -------
    list of list of int
        Places in the order of their first id, each in the order of its ids: the order of a file decides
        nothing.
    """
    graph = nx.Graph()
    graph.add_nodes_from(nav.indoor)
    graph.add_edges_from(
        (int(a), int(b))
        for door, (a, b) in enumerate(nav.arrays.door_space)
        if door in nav.interior_doors and nav.has_leaf[door] == 0
    )
    places = [sorted(place, key=lambda row: nav.space_ids[row]) for place in nx.connected_components(graph)]
    return sorted(places, key=lambda place: nav.space_ids[place[0]])


def start_places(nav: Navigation, *, is_ours: bool) -> list[list[int]]:
    """Return the places among which the start is drawn with equal weights.

    Parameters
    ----------
    nav : Navigation
        The compiled plan.
    is_ours : bool
        Whether the plan is a shipped one: then the public spaces of the public places, else all.

    Returns
    -------
    list of list of int
        Rows of the spaces of each place.
    """
    places = indoor_places(nav)
    if not is_ours:
        return places
    public = [[row for row in place if nav.use[row] in PUBLIC_USES] for place in places]
    return [place for place in public if place]


def has_too_few_places(nav: Navigation) -> bool:
    """Tell whether a plan has so few indoor places that its harm would say where it was."""
    return len(indoor_places(nav)) < MIN_PLACES
