"""Draws a plan from boxes: rooms by the centre lines of their walls, doors by points of those lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from buildings.errors import PlanError
from buildings.plan import OUT, FloorPlan

WALL_M = 0.2
CLASSROOM_DOOR_M = 0.915
PAIR_M = 1.83
STAIR_M = 1.8
FLIGHT_M = 8.0
"""Length of a half-turn stair on the slope for a rise of 4 m (two runs of about 3.5 m and a landing)."""


def need(name: str, value: float, low: float, high: float) -> None:
    """Refuse a size with which a layout would fold into itself."""
    if not low <= value <= high:
        raise PlanError(f"{name} is {value:g} m; allowed are {low:g} to {high:g} m.")


@dataclass
class Drawing:
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
