"""Parametric schools at published sizes. Synthetic: no real building is behind them.

Rooms are given by the centre lines of their walls; a room's polygon ends at the wall face. Sizes: the
DOE commercial reference secondary school (K-12 Advanced Energy Design Guide) and the Wyoming programmatic
model for an elementary school of 456; what those lack (doors, stairs, exits) is an assumption checked by
`firstminutes plan check`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from buildings.plan import OUT, FloorPlan

WALL_M = 0.2
CLASSROOM_DOOR_M = 0.915
PAIR_M = 1.83
STAIR_M = 1.8
FLIGHT_M = 8.0
"""Length of a half-turn stair on the slope for a rise of 4 m (two runs of about 3.5 m and a landing)."""


@dataclass
class _Drawing:
    """A plan while it is drawn: spaces, doors, connectors and wings as file content."""

    spaces: list[dict[str, Any]] = field(default_factory=list)
    doors: list[dict[str, Any]] = field(default_factory=list)
    connectors: list[dict[str, Any]] = field(default_factory=list)
    wings: dict[str, list[str]] = field(default_factory=dict)
    boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    level: str = "1"
    n_exits: int = 0

    def room(
        self,
        name: str,
        use: str,
        box: tuple[float, float, float, float],
        wing: str,
        capacity: int | None = None,
        label: str | None = None,
    ) -> str:
        """Add a rectangular space by the centre lines of its walls (x0, y0, x1, y1)."""
        x0, y0, x1, y1 = box
        h = WALL_M / 2
        ring = [[x0 + h, y0 + h], [x1 - h, y0 + h], [x1 - h, y1 - h], [x0 + h, y1 - h]]
        space: dict[str, Any] = {
            "id": name,
            "level": self.level,
            "use": use,
            "polygon": [[round(x, 3), round(y, 3)] for x, y in ring],
        }
        if label:
            space["name"] = label
        if capacity is not None:
            space["capacity"] = capacity
        self.spaces.append(space)
        self.boxes[name] = box
        self.wings.setdefault(f"{wing}-{self.level}", []).append(name)
        return name

    def door(self, a: str, b: str, at: tuple[float, float], width: float, **more: Any) -> None:
        """Add an inner door between two spaces at a point of their common wall line."""
        self._add(a, b, at, width, more.pop("kind", "interior"), more)

    def room_door(
        self, room: str, hall: str, at: tuple[float, float], width: float = CLASSROOM_DOOR_M
    ) -> None:
        """Add a lockable door of a room: locks from inside, key from the hall, vision panel."""
        lock = {"can_lock": True, "from": [room], "key_from": [hall], "normally": "closed"}
        self._add(
            room,
            hall,
            at,
            width,
            "interior",
            {"glazing": "vision_panel", "lock": lock, "leaves": 1 + (width > 1.3)},
        )

    def plain_door(
        self, room: str, hall: str, at: tuple[float, float], width: float = CLASSROOM_DOOR_M
    ) -> None:
        """Add a door that cannot be locked (restrooms, halls)."""
        lock = {"can_lock": False, "normally": "closed"}
        self._add(room, hall, at, width, "interior", {"lock": lock, "leaves": 1 + (width > 1.3)})

    def opening(self, a: str, b: str, at: tuple[float, float], width: float) -> None:
        """Add an opening without a leaf."""
        self._add(a, b, at, width, "opening", {})

    def exit(self, room: str, at: tuple[float, float], width: float = PAIR_M, glazing: str = "none") -> None:
        """Add an exterior door: locked from outside, free egress, numbered."""
        self.n_exits += 1
        lock = {
            "can_lock": True,
            "from": [room],
            "key_from": [OUT],
            "normally": "locked",
            "exit_always": True,
        }
        more = {"glazing": glazing, "lock": lock, "leaves": 1 + (width > 1.3), "number": str(self.n_exits)}
        self._add(room, OUT, at, width, "exterior", more)

    def _add(
        self, a: str, b: str, at: tuple[float, float], width: float, kind: str, more: dict[str, Any]
    ) -> None:
        number = sum(1 for door in self.doors if door["id"].startswith(f"D-{a}"))
        self.doors.append(
            {
                "id": f"D-{a}" + (f"-{number + 1}" if number else ""),
                "level": self.level,
                "between": [a, b],
                "at": [round(at[0], 3), round(at[1], 3)],
                "width": width,
                "kind": kind,
                **more,
            }
        )

    def stairs(
        self, name: str, low: str, high: str, at_low: tuple[float, float], at_high: tuple[float, float]
    ) -> None:
        """Join two stairs spaces, one above the other, by a flight."""
        self.connectors.append(
            {
                "id": name,
                "kind": "stairs",
                "width": STAIR_M,
                "length": FLIGHT_M,
                "ends": [
                    {"level": "1", "space": low, "at": list(at_low)},
                    {"level": "2", "space": high, "at": list(at_high)},
                ],
            }
        )

    def plan(self, name: str, enrolment: int, levels: list[dict[str, Any]], notes: list[str]) -> FloorPlan:
        """Return the finished plan."""
        return FloorPlan.model_validate(
            {
                "name": name,
                "fictional": True,
                "enrolment": enrolment,
                "levels": levels,
                "spaces": self.spaces,
                "doors": self.doors,
                "connectors": self.connectors,
                "zones": [
                    *({"id": wing, "kind": "wing", "spaces": rooms} for wing, rooms in self.wings.items()),
                    {"id": "PA", "kind": "public_address", "spaces": "all"},
                ],
                "source": {"made_by": "archetype", "warnings": notes},
            }
        )


def _double_loaded(
    d: _Drawing, wing: str, x: list[float], y: tuple[float, float, float, float], hall: str, capacity: int
) -> None:
    """Draw classrooms on both sides of a hall that runs along x; corner rooms take what they are given."""
    south, low, high, north = y
    for k, (x0, x1) in enumerate(zip(x[:-1], x[1:], strict=True)):
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
    """
    d = _Drawing()
    for level in ("1", "2"):
        d.level = level
        _spine(d, secured_vestibule)
        _wings(d, corridor_m, classroom_depth_m, class_capacity)
        _east(d, corridor_m)
    _stairs_of_high_school(d)
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


def _wings(d: _Drawing, corridor_m: float, depth_m: float, capacity: int) -> None:
    """Draw the three classroom wings of one floor, with the stairs at their west ends."""
    level = d.level
    for wing, y0 in zip("ABC", _WING_Y, strict=True):
        low, high = y0 + depth_m, y0 + depth_m + corridor_m
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


def _spine(d: _Drawing, secured_vestibule: bool) -> None:
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


def _east(d: _Drawing, corridor_m: float) -> None:
    """Draw offices, and on the ground floor gyms, auditorium, cafeteria and kitchen; above, the library."""
    n = d.level
    _offices(d)
    top = 66.0 + corridor_m
    if n == "1":
        _ground_floor_east(d, top)
    else:
        hall = d.room("EAST2", "corridor", (79.0, 66.0, 117.0, top), "E", label="East hall")
        d.opening(hall, "COMMONS23", (79.0, 66.0 + corridor_m / 2), 2.4)
        for k in range(5):
            x0 = 79.0 + 7.6 * k
            lab = d.room(
                f"LAB2{k + 1}", "laboratory", (x0, top, x0 + 7.6, top + 9.0), "E", 24, f"Laboratory {k + 1}"
            )
            d.room_door(lab, hall, (x0 + 6.4, top))
        library = d.room("LIBRARY", "library", (117.0, 66.0, 143.25, 98.0), "E", label="Library")
        d.room_door(library, hall, (117.0, 66.0 + corridor_m / 2), PAIR_M)
        stairs = d.room("F2STAIR", "stairs", (117.0, 98.0, 120.6, 104.6), "E", label="Stairs F")
        d.plain_door(library, stairs, (118.8, 98.0), PAIR_M)


def _offices(d: _Drawing) -> None:
    n = d.level
    hall = d.room(f"OFFICEHALL{n}", "corridor", (79.0, 6.0, 117.0, 8.0), "S", label="Office hall")
    d.plain_door(hall, f"LOBBY{n}", (79.0, 7.0), 1.2)
    if n == "1":
        d.exit(hall, (117.0, 7.0), 1.2)
    for k in range(4):
        x0 = 79.0 + 9.5 * k
        for row, y0, y1, wall in (("S", 0.0, 6.0, 6.0), ("N", 8.0, 14.0, 8.0)):
            use = "nurse" if n == "1" and k == 1 and row == "N" else "office"
            label = "Nurse" if use == "nurse" else f"Office {n}{row}{k + 1}"
            room = d.room(f"O{n}{row}{k + 1}", use, (x0, y0, x0 + 9.5, y1), "S", label=label)
            d.room_door(room, hall, (x0 + 8.0, wall))


def _ground_floor_east(d: _Drawing, top: float) -> None:
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


def _stairs_of_high_school(d: _Drawing) -> None:
    """Join the six stairs spaces; each flight starts and ends on an edge of its stairs space."""
    h = WALL_M / 2
    for wing, y0 in zip("ABC", _WING_Y, strict=True):
        y = y0 + 9.0 + h
        d.stairs(f"ST-{wing}", f"{wing}1STAIR", f"{wing}2STAIR", (-4.6, y), (-2.0, y))
    for name, y0 in (("D", 28.0), ("E", 72.0)):
        d.stairs(f"ST-{name}", f"{name}1STAIR", f"{name}2STAIR", (77.6, y0 + h), (74.0, y0 + h))
    d.stairs("ST-F", "F1STAIR", "F2STAIR", (117.0 + h, 102.9), (117.0 + h, 100.6))


def elementary(*, enrolment: int = 450, corridor_m: float = 3.0, class_capacity: int = 23) -> FloorPlan:
    """Return a one-storey elementary school: two classroom wings on a spine, 22 classrooms.

    Parameters
    ----------
    enrolment : int
        Pupils (the Wyoming model holds 456).
    corridor_m : float
        Clear width of the corridors (m).
    class_capacity : int
        Pupils per classroom of 81 m2.

    Returns
    -------
    FloorPlan
        A plan that passes the checks.
    """
    d = _Drawing()
    c = corridor_m
    spine = d.room("SPINE", "corridor", (0.0, 0.0, 107.0, c), "M", label="Main hall")
    d.exit(spine, (0.0, c / 2))
    d.exit(spine, (107.0, c / 2))
    for wing, x0 in (("A", 0.0), ("B", 30.0)):
        hall = d.room(
            f"{wing}HALL", "corridor", (x0 + 9.0, c, x0 + 9.0 + c, c + 45.0), wing, label=f"Hall {wing}"
        )
        d.door(
            hall, spine, (x0 + 9.0 + c / 2, c), PAIR_M, leaves=2, lock={"can_lock": False, "normally": "open"}
        )
        d.exit(hall, (x0 + 9.0 + c / 2, c + 45.0))
        for k in range(5):
            y0 = c + 9.0 * k
            for side, x1, wall in (("W", x0, x0 + 9.0), ("E", x0 + 9.0 + c, x0 + 9.0 + c)):
                room = d.room(
                    f"{wing}{side}{k + 1}", "classroom", (x1, y0, x1 + 9.0, y0 + 9.0), wing, class_capacity,
                    f"Room {wing}{side}{k + 1}",
                )  # fmt: skip
                d.room_door(room, hall, (wall, y0 + 7.8))
    _elementary_south(d, spine)
    _elementary_north(d, spine, c)
    return d.plan(
        "Elementary school (synthetic)",
        enrolment,
        [{"id": "1", "name": "First floor", "elevation": 0.0, "height": 4.0}],
        ["Doors, halls and exits are assumptions; room sizes follow the Wyoming programmatic model."],
    )


def _elementary_south(d: _Drawing, spine: str) -> None:
    """Draw kindergarten, special education, administration, entrance, multipurpose room and kitchen."""
    for k, x0 in enumerate((0.0, 11.0)):
        room = d.room(f"K{k + 1}", "classroom", (x0, -9.2, x0 + 11.0, 0.0), "M", 22, f"Kindergarten {k + 1}")
        d.room_door(room, spine, (x0 + 9.8, 0.0))
        d.exit(room, (x0 + 5.5, -9.2), CLASSROOM_DOOR_M)
    for name, x0, x1, cap in (("SE1", 22.0, 34.0, 18), ("SE2", 34.0, 46.0, 18), ("SE3", 46.0, 55.0, 10)):
        room = d.room(name, "classroom", (x0, -10.0, x1, 0.0), "M", cap, f"Special education {name[-1]}")
        d.room_door(room, spine, (x1 - 1.2, 0.0))
    lobby = d.room("LOBBY", "lobby", (68.0, -10.0, 78.0, 0.0), "S", label="Lobby")
    d.opening(lobby, spine, (73.0, 0.0), 4.0)
    vestibule = d.room("VESTIBULE", "vestibule", (70.0, -14.0, 76.0, -10.0), "S", label="Vestibule")
    inner = {"can_lock": True, "from": [lobby], "key_from": [vestibule], "normally": "closed"}
    for x in (71.5, 74.5):
        d.exit(vestibule, (x, -14.0), glazing="full")
        d.door(vestibule, lobby, (x, -10.0), PAIR_M, leaves=2, glazing="full", lock=inner)
    offices = d.room("OFFICEHALL", "corridor", (55.0, -6.0, 68.0, -4.0), "S", label="Office hall")
    d.plain_door(offices, lobby, (68.0, -5.0), 1.2)
    for k, (x0, x1) in enumerate(((55.0, 61.5), (61.5, 68.0))):
        north = d.room(
            f"ON{k + 1}", ("nurse", "office")[k], (x0, -4.0, x1, 0.0), "S", label=("Nurse", "Office 2")[k]
        )
        d.room_door(north, offices, (x1 - 1.2, -4.0))
        south = d.room(
            f"OS{k + 1}", "office", (x0, -14.0, x1, -6.0), "S", label=("Principal", "Main office")[k]
        )
        d.room_door(south, offices, (x1 - 1.2, -6.0))
    hall = d.room("MULTI", "gym", (78.0, -18.0, 100.0, 0.0), "S", label="Multipurpose room")
    for x in (83.0, 93.0):
        d.room_door(hall, spine, (x, 0.0), PAIR_M)
        d.exit(hall, (x, -18.0))
    kitchen = d.room("KITCHEN", "kitchen", (100.0, -9.2, 107.0, 0.0), "S", label="Kitchen")
    d.room_door(kitchen, hall, (100.0, -4.6), PAIR_M)
    d.exit(kitchen, (107.0, -4.6), CLASSROOM_DOOR_M)
    store = d.room("STORE", "storage", (100.0, -18.0, 107.0, -9.2), "S", label="Store")
    d.room_door(store, hall, (100.0, -13.6))


def _elementary_north(d: _Drawing, spine: str, c: float) -> None:
    """Draw restrooms between the wings, and media, computer, art and music rooms east of them."""
    end_of_a, start_of_b = 18.0 + c, 30.0
    middle = (end_of_a + start_of_b) / 2
    for name, x0, x1 in (("BOYS", end_of_a, middle), ("GIRLS", middle, start_of_b)):
        room = d.room(name, "restroom", (x0, c, x1, c + 8.0), "M", label="Restroom")
        d.plain_door(room, spine, ((x0 + x1) / 2, c))
    x = 48.0 + c
    rooms = (
        ("STAFF", "office", 9.0, 9.0, "Staff room"),
        ("MEDIA", "library", 16.0, 14.5, "Media center"),
        ("COMPUTER", "laboratory", 9.0, 9.0, "Computer room"),
        ("ART", "classroom", 11.0, 10.0, "Art"),
        ("MUSIC", "music", 10.0, 10.2, "Vocal music"),
    )
    for name, use, width, depth, label in rooms:
        cap = {"classroom": 22, "laboratory": 22, "music": 22}.get(use)
        room = d.room(name, use, (x, c, x + width, c + depth), "S" if name == "STAFF" else "M", cap, label)
        d.room_door(room, spine, (x + width - 1.2, c), PAIR_M if name == "MEDIA" else CLASSROOM_DOOR_M)
        x += width
