"""A high school at the sizes of the DOE secondary reference school. Synthetic: no real building is behind it.

Sizes: DOE commercial reference building "secondary school" (after the K-12 Advanced Energy Design Guide):
three double-loaded wings of 64 m, classrooms 9 m deep, corner rooms of 99 m2, gyms of 1,976 and 1,248 m2,
auditorium 988, cafeteria 624, kitchen 216, library 840, offices 532 m2 per floor; 19,592 m2 in all. Its wing
corridors of 5 m are thermal zones; here they are 3.6 m and the spine is a hall of 6 m with commons beside it.
Doors, stairs and exits are assumptions that the plan check tests.
"""

from __future__ import annotations

import itertools

from buildings.archetypes.drawing import CLASSROOM_DOOR_M, PAIR_M, WALL_M, Drawing, need
from buildings.plan import FloorPlan


def _double_loaded(
    d: Drawing, wing: str, x: list[float], y: tuple[float, float, float, float], hall: str, capacity: int
) -> None:
    """Draw classrooms on both sides of a hall that runs along x; corner rooms take what they are given."""
    south, low, high, north = y
    for k, (x0, x1) in enumerate(itertools.pairwise(x)):
        for row, y0, y1, wall in (("S", south, low, low), ("N", high, north, high)):
            room = f"{wing}{d.level}{row}{k + 1:02d}"
            size = round(capacity * (x1 - x0) * (y1 - y0) / 79.5)
            d.room(
                room, "classroom", (x0, y0, x1, y1), wing, min(30, size), f"Room {d.level}{wing}{row}{k + 1}"
            )
            d.room_door(room, hall, (x1 - 1.2, wall))


def high_school(
    *,
    enrolment: int = 1200,
    corridor_m: float = 3.6,
    classroom_depth_m: float = 9.0,
    class_capacity: int = 25,
    secured_vestibule: bool = True,
) -> FloorPlan:
    """Return a two-storey high school: three double-loaded wings on a spine, 84 classrooms.

    Parameters
    ----------
    enrolment : int
        Pupils (the DOE secondary school is meant for 1,200).
    corridor_m : float
        Clear width of the wing corridors and the halls to the east (m).
    classroom_depth_m : float
        Depth of the classrooms (m).
    class_capacity : int
        Pupils per classroom of 79.5 m2 (25 per 99 m2 of design occupants gives 20; 25-28 by guidance).
    secured_vestibule : bool
        Draw both door lines at the main entrance. Levers open or lock them; they never change the plan.

    Returns
    -------
    FloorPlan
        A plan that passes the checks.

    Raises
    ------
    PlanError
        If a size is outside the range in which the layout holds.
    """
    need("corridor_m", corridor_m, 2.4, 5.0)
    need("classroom_depth_m", classroom_depth_m, 7.0, 11.9 - corridor_m / 2)
    hall_m = corridor_m + WALL_M  # from wall line to wall line
    d = Drawing()
    for level in ("1", "2"):
        d.level = level
        _spine(d, secured_vestibule)
        _wings(d, hall_m, classroom_depth_m, class_capacity)
        _east(d, hall_m)
    _stairs_of_high_school(d, classroom_depth_m)
    levels = [
        {"id": "1", "name": "First floor", "elevation": 0.0, "height": 4.0},
        {"id": "2", "name": "Second floor", "elevation": 4.0, "height": 4.0},
    ]
    return d.plan(
        "High school (synthetic)",
        enrolment,
        levels,
        ["Doors, stairs and exits are assumptions; sizes follow the DOE secondary reference school."],
    )


_WING_Y = (0.0, 40.0, 77.0)
_ROOMS_X = [0.0, 11.0, 19.833, 28.667, 37.5, 46.333, 55.167, 64.0]


def _wings(d: Drawing, hall_m: float, depth_m: float, capacity: int) -> None:
    """Draw the three classroom wings of one floor, with the stairs at their west ends."""
    level = d.level
    for wing, y0 in zip("ABC", _WING_Y, strict=True):
        low, high = y0 + depth_m, y0 + depth_m + hall_m
        hall = d.room(f"{wing}{level}HALL", "corridor", (0.0, low, 64.0, high), wing, label=f"Hall {wing}")
        _double_loaded(d, wing, _ROOMS_X, (y0, low, high, high + depth_m), hall, capacity)
        joint = {"A": f"LOBBY{level}", "B": f"SPINE{level}", "C": f"SPINE{level}"}[wing]
        d.door(
            hall,
            joint,
            (64.0, (low + high) / 2),
            PAIR_M,
            leaves=2,
            lock={"can_lock": False, "normally": "open"},
        )
        stairs = d.room(f"{wing}{level}STAIR", "stairs", (-6.0, low, 0.0, high), wing, label=f"Stairs {wing}")
        d.plain_door(stairs, hall, (0.0, (low + high) / 2), PAIR_M)
        if level == "1":
            d.exit(stairs, (-6.0, (low + high) / 2))


def _spine(d: Drawing, secured_vestibule: bool) -> None:
    """Draw the lobby, the hall of 6 m with the commons beside it, restrooms and the north way out."""
    n = d.level
    lobby = d.room(f"LOBBY{n}", "lobby", (64.0, 4.0, 79.0, 14.0), "S", label="Lobby")
    if n == "1":
        reception = d.room("RECEPTION", "reception", (64.0, 0.0, 68.0, 4.0), "S", label="Reception")
        vestibule = d.room("VESTIBULE", "vestibule", (68.0, 0.0, 75.0, 4.0), "S", label="Vestibule")
        security = d.room("SECURITY", "office", (75.0, 0.0, 79.0, 4.0), "S", label="Security office")
        d.room_door(reception, lobby, (66.0, 4.0))
        d.room_door(security, lobby, (77.0, 4.0))
        inner = {"can_lock": True, "from": [lobby], "key_from": [vestibule], "normally": "closed"}
        for x in (70.0, 73.0):
            d.exit(vestibule, (x, 0.0), glazing="full")
            if secured_vestibule:
                d.door(vestibule, lobby, (x, 4.0), PAIR_M, leaves=2, glazing="full", lock=inner)
            else:
                d.opening(vestibule, lobby, (x, 4.0), PAIR_M)
    else:
        study = d.room("STUDY2", "office", (64.0, 0.0, 79.0, 4.0), "S", label="Staff workroom")
        d.room_door(study, lobby, (71.5, 4.0))
    spine = d.room(f"SPINE{n}", "corridor", (64.0, 14.0, 70.0, 90.0), "S", label="Main hall")
    d.opening(lobby, spine, (67.0, 14.0), 4.0)
    commons = []
    for name, y0, y1 in (("1", 14.0, 28.0), ("2", 32.0, 62.0), ("3", 62.0, 72.0), ("4", 76.0, 90.0)):
        room = d.room(f"COMMONS{n}{name}", "corridor", (70.0, y0, 79.0, y1), "S", label="Commons")
        commons.append(room)
        d.opening(room, spine, (70.0, (y0 + y1) / 2), 4.0)
    d.opening(commons[0], lobby, (74.5, 14.0), 4.0)
    for name, y0 in (("D", 28.0), ("E", 72.0)):
        stairs = d.room(f"{name}{n}STAIR", "stairs", (70.0, y0, 79.0, y0 + 4.0), "S", label=f"Stairs {name}")
        d.plain_door(stairs, spine, (70.0, y0 + 2.0), PAIR_M)
    north = d.room(f"NORTH{n}", "corridor", (64.0, 90.0, 68.0, 104.0), "S", label="North hall")
    d.opening(north, spine, (66.0, 90.0), 3.0)
    if n == "1":
        d.exit(north, (66.0, 104.0))
    for name, y0 in (("BOYS", 90.0), ("GIRLS", 97.0)):
        room = d.room(f"{name}{n}", "restroom", (68.0, y0, 79.0, y0 + 7.0), "E", label="Restroom")
        d.plain_door(room, north, (68.0, y0 + 3.5))


def _east(d: Drawing, hall_m: float) -> None:
    """Draw offices, and on the ground floor gyms, auditorium, cafeteria and kitchen; above, the library."""
    n = d.level
    _offices(d)
    top = 66.0 + hall_m
    if n == "1":
        _ground_floor_east(d, top)
    else:
        _upper_floor_east(d, top)


def _upper_floor_east(d: Drawing, top: float) -> None:
    middle = (66.0 + top) / 2
    hall = d.room("EAST2", "corridor", (79.0, 66.0, 120.6, top), "E", label="East hall")
    d.opening(hall, "COMMONS23", (79.0, middle), 2.4)
    for k in range(5):
        x0 = 79.0 + 7.6 * k
        box = (x0, top, x0 + 7.6, top + 9.0)
        lab = d.room(f"LAB2{k + 1}", "laboratory", box, "E", 24, f"Laboratory {k + 1}")
        d.room_door(lab, hall, (x0 + 6.4, top))
    passage = d.room("EAST2B", "corridor", (117.0, top, 120.6, 98.0), "E", label="Library hall")
    d.opening(passage, hall, (118.8, top), 2.4)
    library = d.room("LIBRARY", "library", (120.6, 66.0, 144.6, 101.0), "E", label="Library")
    d.room_door(library, hall, (120.6, middle), PAIR_M)
    d.room_door(library, passage, (120.6, 90.0), PAIR_M)
    stairs = d.room("F2STAIR", "stairs", (117.0, 98.0, 120.6, 104.6), "E", label="Stairs F")
    d.plain_door(stairs, passage, (118.8, 98.0), PAIR_M)


def _offices(d: Drawing) -> None:
    """Draw the offices: downstairs along a hall with an exit, upstairs along a hall short enough to end."""
    n = d.level
    end = 117.0 if n == "1" else 94.0
    edges = [79.0, 88.5, 98.0, 107.5, 117.0] if n == "1" else [79.0, 84.0, 89.0, 117.0]
    hall = d.room(f"OFFICEHALL{n}", "corridor", (79.0, 6.0, end, 8.0), "S", label="Office hall")
    d.plain_door(hall, f"LOBBY{n}", (79.0, 7.0), 1.2)
    if n == "1":
        d.exit(hall, (end, 7.0), 1.2)
    else:
        records = d.room("RECORDS2", "storage", (end, 6.0, 117.0, 8.0), "S", label="Records")
        d.room_door(records, hall, (end, 7.0))
    for k, (x0, x1) in enumerate(itertools.pairwise(edges)):
        for row, y0, y1, wall in (("S", 0.0, 6.0, 6.0), ("N", 8.0, 14.0, 8.0)):
            use = "nurse" if n == "1" and k == 1 and row == "N" else "office"
            large = f"Department {row}" if x1 - x0 > 20.0 else f"Office {n}{row}{k + 1}"
            label = "Nurse" if use == "nurse" else large
            room = d.room(f"O{n}{row}{k + 1}", use, (x0, y0, x1, y1), "S", label=label)
            d.room_door(room, hall, (min(x1, end) - 1.5, wall))


def _ground_floor_east(d: Drawing, top: float) -> None:
    gym = d.room("GYM", "gym", (79.0, 14.0, 117.0, 66.0), "E", label="Gym")
    for y in (38.0, 44.0, 50.0, 56.0):
        d.room_door(gym, "COMMONS12", (79.0, y), PAIR_M)
    hall = d.room("EAST1", "corridor", (79.0, 66.0, 144.6, top), "E", label="East hall")
    middle = (66.0 + top) / 2
    d.opening(hall, "COMMONS13", (79.0, middle), 2.4)
    d.exit(hall, (144.6, middle))
    for x in (90.0, 106.0):
        d.room_door(gym, hall, (x, 66.0), PAIR_M)
    aux = d.room("AUXGYM", "gym", (117.0, 14.0, 141.0, 66.0), "E", label="Second gym")
    for x in (122.0, 136.0):
        d.room_door(aux, hall, (x, 66.0), PAIR_M)
    d.room_door(aux, gym, (117.0, 40.0), PAIR_M)
    for y in (27.0, 40.0, 53.0):
        d.exit(aux, (141.0, y))
    plant = d.room("PLANT", "mechanical", (79.0, top, 117.0, 75.0), "E", label="Plant room")
    d.room_door(plant, hall, (112.0, top))
    passage = d.room("EAST1B", "corridor", (117.0, top, 120.6, 98.0), "E", label="Cafeteria hall")
    d.opening(passage, hall, (118.8, top), 2.4)
    stairs = d.room("F1STAIR", "stairs", (117.0, 98.0, 120.6, 104.6), "E", label="Stairs F")
    d.plain_door(stairs, passage, (118.8, 98.0), PAIR_M)
    d.exit(stairs, (118.8, 104.6))
    auditorium = d.room("AUDITORIUM", "auditorium", (79.0, 75.0, 117.0, 101.0), "E", label="Auditorium")
    for y in (80.0, 88.0, 96.0):
        d.room_door(auditorium, passage, (117.0, y), PAIR_M)
    d.room_door(auditorium, "COMMONS14", (79.0, 83.0), PAIR_M)
    for x in (86.0, 98.0, 110.0):
        d.exit(auditorium, (x, 101.0))
    kitchen = d.room("KITCHEN", "kitchen", (120.6, top, 144.6, top + 9.0), "E", label="Kitchen")
    d.room_door(kitchen, passage, (120.6, top + 4.5))
    d.exit(kitchen, (144.6, top + 4.5), CLASSROOM_DOOR_M)
    cafeteria = d.room(
        "CAFETERIA", "cafeteria", (120.6, top + 9.0, 144.6, top + 35.0), "E", label="Cafeteria"
    )
    for y in (83.0, 87.0, 91.0):
        d.room_door(cafeteria, passage, (120.6, y), PAIR_M)
    d.room_door(kitchen, cafeteria, (132.0, top + 9.0), PAIR_M)
    for y in (84.0, 98.0):
        d.exit(cafeteria, (144.6, y))
    d.exit(cafeteria, (132.0, top + 35.0))


def _stairs_of_high_school(d: Drawing, depth_m: float) -> None:
    """Join the six stairs spaces; each flight starts and ends on an edge of its stairs space."""
    h = WALL_M / 2
    for wing, y0 in zip("ABC", _WING_Y, strict=True):
        y = y0 + depth_m + h
        d.stairs(f"ST-{wing}", f"{wing}1STAIR", f"{wing}2STAIR", (-4.6, y), (-2.0, y))
    for name, y0 in (("D", 28.0), ("E", 72.0)):
        d.stairs(f"ST-{name}", f"{name}1STAIR", f"{name}2STAIR", (77.6, y0 + h), (74.0, y0 + h))
    d.stairs("ST-F", "F1STAIR", "F2STAIR", (117.0 + h, 102.9), (117.0 + h, 100.6))
