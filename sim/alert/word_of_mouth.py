"""Word of mouth: whom an announcement misses is told by somebody next door who heard it.

Next door is the space beyond a door, and any other that opens onto the same passage. The people of a space
take their own time to be told face to face, and then tell the next. Somebody has to be there: an empty room
tells nobody, and whoever has no neighbour is never told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import networkx as nx

from sim.place.compile import Navigation

_ANNOUNCEMENT = -1
"""The node that the announcement comes from, beside the rows of the spaces."""


def next_door(nav: Navigation, space: int) -> set[int]:
    """Return the spaces beyond a door of a space, and those beyond one passage.

    Parameters
    ----------
    nav : Navigation
        The compiled plan.
    space : int
        Row of the space.

    Returns
    -------
    set of int
        Rows of spaces, without the space itself.
    """
    beyond = {other for _, other in nav.inside_ways(space)}
    passages = [other for other in beyond if not nav.is_room[other]]
    return beyond.union(*({b for _, b in nav.inside_ways(hall)} for hall in passages)) - {space}


def told_ticks(
    nav: Navigation, heard: Mapping[int, int], missed: Collection[int], delay: Callable[[int], int]
) -> dict[int, int]:
    """Return when the people of the spaces that an announcement misses are told.

    The earliest of all ways from a space that heard it to this one, by missed spaces in between (Dijkstra's
    shortest path); a hop takes as long as the space that is told takes to be told.

    Parameters
    ----------
    nav : Navigation
        The compiled plan.
    heard : mapping of int to int
        When the people of a space learn of it from the announcement itself (tick).
    missed : collection of int
        Rows of the spaces whose people it misses.
    delay : callable
        Ticks that it takes to tell a space.

    Returns
    -------
    dict of int to int
        The tick at which each is told; a space that nobody can tell is not in it.
    """
    graph: nx.DiGraph = nx.DiGraph()
    graph.add_weighted_edges_from((_ANNOUNCEMENT, space, tick) for space, tick in heard.items())
    for space in missed:
        wait = delay(space)
        graph.add_weighted_edges_from((other, space, wait) for other in next_door(nav, space))
    if _ANNOUNCEMENT not in graph:
        return {}
    ticks: dict[int, int] = nx.single_source_dijkstra_path_length(graph, _ANNOUNCEMENT)
    return {space: tick for space, tick in ticks.items() if space in missed}
