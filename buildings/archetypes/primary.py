"""An elementary school at the sizes of the Wyoming programmatic model for 456 pupils. Synthetic.

Sizes (27-0 Wyo. Code R. appendix A, square feet): 20 general classrooms of 875, kindergarten 2,165, special
education 3,550, media 2,500, computer room 875, multipurpose room 4,250, kitchen 700, administration 2,925,
vocal music 1,100, art 1,200; with support space 40,585 net and about 55,600 gross (5,170 m2). The model
has no plan: the layout, doors, halls and exits are assumptions that the plan check tests.
"""

from __future__ import annotations

from buildings.archetypes.drawing import CLASSROOM_DOOR_M, PAIR_M, WALL_M, Drawing, need
from buildings.plan import FloorPlan

_SPINE_M = 125.0
"""Length of the main hall: the rooms of the programme in one row on each side."""


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

    Raises
    ------
    PlanError
        If a size is outside the range in which the layout holds.
    """
    need("corridor_m", corridor_m, 2.4, 5.0)
    d = Drawing()
    c = corridor_m + WALL_M  # from wall line to wall line
    spine = d.room("SPINE", "corridor", (0.0, 0.0, _SPINE_M, c), "M", label="Main hall")
    d.exit(spine, (0.0, c / 2))
    d.exit(spine, (_SPINE_M, c / 2))
    for wing, x0 in (("A", 0.0), ("B", 30.0)):
        _wing(d, wing, x0, c, spine, class_capacity)
    _elementary_south(d, spine)
    _elementary_north(d, spine, c)
    return d.plan(
        "Elementary school (synthetic)",
        enrolment,
        [{"id": "1", "name": "First floor", "elevation": 0.0, "height": 4.0}],
        ["Doors, halls and exits are assumptions; room sizes follow the Wyoming programmatic model."],
    )


def _wing(d: Drawing, wing: str, x0: float, c: float, spine: str, class_capacity: int) -> None:
    """Draw ten classrooms on both sides of a hall that runs north, after restrooms and small rooms."""
    west, east, end = x0 + 9.0, x0 + 9.0 + c, c + 54.0
    hall = d.room(f"{wing}HALL", "corridor", (west, c, east, end), wing, label=f"Hall {wing}")
    middle = (west + east) / 2
    d.door(hall, spine, (middle, c), PAIR_M, leaves=2, lock={"can_lock": False, "normally": "open"})
    d.exit(hall, (middle, end))
    for name, y0 in (("BOYS", c), ("GIRLS", c + 4.5)):
        room = d.room(f"{wing}{name}", "restroom", (x0, y0, west, y0 + 4.5), wing, label="Restroom")
        d.plain_door(room, hall, (west, y0 + 2.2))
    resource = d.room(
        f"{wing}RESOURCE", "office", (east, c, east + 9.0, c + 5.5), wing, label=f"Resource room {wing}"
    )
    d.room_door(resource, hall, (east, c + 4.3))
    custodian = d.room(
        f"{wing}STORE", "storage", (east, c + 5.5, east + 9.0, c + 9.0), wing, label=f"Custodian {wing}"
    )
    d.room_door(custodian, hall, (east, c + 7.2))
    for k in range(5):
        y0 = c + 9.0 * (k + 1)
        for side, x1, wall in (("W", x0, west), ("E", east, east)):
            room = d.room(
                f"{wing}{side}{k + 1}", "classroom", (x1, y0, x1 + 9.0, y0 + 9.0), wing, class_capacity,
                f"Room {wing}{side}{k + 1}",
            )  # fmt: skip
            d.room_door(room, hall, (wall, y0 + 7.8))


def _elementary_south(d: Drawing, spine: str) -> None:
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
    store = d.room("STORE", "storage", (100.0, -8.8, 107.0, 0.0), "S", label="Store")
    d.room_door(store, hall, (100.0, -4.4))
    kitchen = d.room("KITCHEN", "kitchen", (100.0, -18.0, 107.0, -8.8), "S", label="Kitchen")
    d.room_door(kitchen, hall, (100.0, -13.4), PAIR_M)
    d.exit(kitchen, (103.5, -18.0), CLASSROOM_DOOR_M)
    for name, x0, label in (("WORKROOM", 107.0, "Staff workroom"), ("READING", 116.0, "Reading support")):
        room = d.room(name, "office", (x0, -10.0, x0 + 9.0, 0.0), "S", label=label)
        d.room_door(room, spine, (x0 + 7.8, 0.0))


def _elementary_north(d: Drawing, spine: str, c: float) -> None:
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
    for name, use, end, label in (
        ("PLANT", "mechanical", 116.0, "Plant room"),
        ("BOOKS", "storage", _SPINE_M, "Book store"),
    ):
        room = d.room(name, use, (x, c, end, c + 10.0), "M", label=label)
        d.room_door(room, spine, (end - 1.2, c))
        x = end
