"""The three-room example of the format (a corridor, a classroom, an office, a yard), and its second level."""

from __future__ import annotations

import copy

THREE_ROOMS = {
    "format": "firstminutes-plan",
    "version": 1,
    "name": "Three-room example",
    "units": "m",
    "fictional": True,
    "levels": [{"id": "1", "name": "First floor", "elevation": 0.0, "height": 3.6}],
    "spaces": [
        {"id": "C1", "level": "1", "use": "corridor", "polygon": [[0, 0], [24, 0], [24, 3], [0, 3]]},
        {"id": "101", "level": "1", "use": "classroom", "name": "Room 101", "capacity": 25,
         "polygon": [[0, 3.2], [9, 3.2], [9, 12], [0, 12]]},
        {"id": "OFF", "level": "1", "use": "office", "polygon": [[9.2, 3.2], [15, 3.2], [15, 12], [9.2, 12]]},
        {"id": "YARD", "level": "1", "use": "outdoors",
         "polygon": [[-20, -20], [44, -20], [44, -0.3], [-20, -0.3]]},
    ],
    "walls": "between_spaces",
    "doors": [
        {"id": "D101", "level": "1", "between": ["101", "C1"], "at": [2, 3.1], "width": 0.915,
         "glazing": "vision_panel",
         "lock": {"can_lock": True, "from": ["101"], "key_from": ["C1"], "normally": "closed"}},
        {"id": "DOFF", "level": "1", "between": ["OFF", "C1"], "at": [12, 3.1], "width": 0.915,
         "lock": {"can_lock": False}},
        {"id": "X1", "level": "1", "between": ["C1", "YARD"], "at": [20, -0.15], "width": 1.83, "leaves": 2,
         "kind": "exterior", "number": "1", "glazing": "full",
         "lock": {"can_lock": True, "from": ["C1"], "key_from": ["YARD"], "normally": "locked"}},
        {"id": "X2", "level": "1", "between": ["C1", "OUT"], "at": [-0.1, 1.5], "width": 0.915,
         "kind": "exterior", "number": "2", "lock": {"can_lock": True, "from": ["C1"]}},
    ],
    "connectors": [],
    "zones": [
        {"id": "W1", "kind": "wing", "spaces": ["C1", "101", "OFF"]},
        {"id": "PA", "kind": "public_address", "spaces": "all"},
    ],
    "source": {"made_by": "hand", "warnings": []},
}  # fmt: skip


def three_rooms():
    """Return the content of the example file, free to change."""
    return copy.deepcopy(THREE_ROOMS)


def two_levels():
    """Return the example with a second level: a corridor over the first, joined by stairs."""
    content = three_rooms()
    content["levels"].append({"id": "2", "elevation": 4.0, "height": 4.0})
    content["spaces"] += [
        {"id": "S1", "level": "1", "use": "stairs", "polygon": [[24.2, 0], [30, 0], [30, 3], [24.2, 3]]},
        {"id": "S2", "level": "2", "use": "stairs", "polygon": [[24.2, 0], [30, 0], [30, 3], [24.2, 3]]},
        {"id": "C2", "level": "2", "use": "corridor", "polygon": [[10, 0], [24, 0], [24, 3], [10, 3]]},
    ]
    for level in "12":
        content["doors"].append(
            {"id": f"DS{level}", "level": level, "between": [f"S{level}", f"C{level}"], "at": [24.1, 1.5],
             "width": 0.915, "lock": {"can_lock": False}}
        )  # fmt: skip
    content["connectors"] = [
        {"id": "ST", "kind": "stairs", "width": 1.5, "length": 8.0,
         "ends": [{"level": "1", "space": "S1", "at": [26, 0]}, {"level": "2", "space": "S2", "at": [28, 0]}]}
    ]  # fmt: skip
    return content


def part(content, kind, name):
    """Return a part of the content of a file by its kind (`spaces`, `doors`, ...) and id."""
    return next(one for one in content[kind] if one["id"] == name)
