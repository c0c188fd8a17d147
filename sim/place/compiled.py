"""A compiled plan: the arrays that kernels walk on, and what they mean: rooms, doors, places to stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sim.kernels.types import NavArrays
from sim.streams import entity_hash

PASSAGES = frozenset({"corridor", "lobby", "vestibule", "stairs", "elevator", "flight", "outside"})
"""Uses of spaces that people pass through rather than stay in."""

LOCKED_BY_RULE = frozenset({"classroom", "laboratory", "music"})
"""Rooms whose doors a classroom-lock rule is about."""


@dataclass(frozen=True, eq=False)
class CompiledPlan:
    """A compiled plan. Rows of spaces: those of the plan, then stair flights, then the open air."""

    content_hash: str
    arrays: NavArrays
    space_ids: tuple[str, ...]
    door_ids: tuple[str, ...]
    level_ids: tuple[str, ...]
    use: tuple[str, ...]
    wing: tuple[str, ...]
    capacity: tuple[int, ...]
    area_m2: NDArray[np.float64]
    space_level: NDArray[np.int32]
    can_lock: NDArray[np.uint8]
    has_leaf: NDArray[np.uint8]
    normally_closed: NDArray[np.uint8]
    glazed: NDArray[np.uint8]
    free_egress: NDArray[np.uint8]
    spot_ptr: NDArray[np.int32]
    spot_x: NDArray[np.float64]
    spot_y: NDArray[np.float64]
    hide_order: NDArray[np.int32]
    flight_ends: dict[int, tuple[tuple[int, float, float], tuple[int, float, float]]]
    flight_origin: dict[int, tuple[float, float, float]]
    bounds: tuple[float, float, float, float]
    _memo: dict[str, Any] = field(default_factory=dict, repr=False)

    # -- sizes and sets ------------------------------------------------------------------------

    def __deepcopy__(self, memo: object) -> Self:
        """Return the plan itself: no run changes it, and every copy of a model walks on the same one."""
        return self

    @property
    def n_spaces(self) -> int:
        """Number of spaces, flights and the open air included."""
        return len(self.space_ids)

    @property
    def n_doors(self) -> int:
        """Number of doors, the two ends of every flight included."""
        return len(self.door_ids)

    @property
    def outside(self) -> int:
        """Row of the open air."""
        return len(self.space_ids) - 1

    @cached_property
    def indoor(self) -> tuple[int, ...]:
        """Rows of the plan's indoor spaces (no flights, no open air)."""
        return tuple(row for row, use in enumerate(self.use) if use not in ("flight", "outside", "void"))

    @cached_property
    def is_room(self) -> NDArray[np.bool_]:
        """Which spaces are rooms that people stay in."""
        return np.array([use not in PASSAGES and use != "void" for use in self.use])

    @cached_property
    def space_hash(self) -> NDArray[np.uint64]:
        """Hashed ids of the spaces: the entities of draws per space."""
        return np.array([entity_hash(space_id) for space_id in self.space_ids], dtype=np.uint64)

    @cached_property
    def interior_doors(self) -> tuple[int, ...]:
        """Doors between two indoor spaces, without flights."""
        return tuple(d for d in range(self.n_doors) if not self._leads_out(d) and not self._is_flight_door(d))

    @cached_property
    def exterior_doors(self) -> tuple[int, ...]:
        """Doors that lead outside."""
        return tuple(d for d in range(self.n_doors) if self._leads_out(d))

    @cached_property
    def is_room_door(self) -> NDArray[np.bool_]:
        """Doors of the rooms that a classroom-lock rule is about."""
        sides = self.arrays.door_space
        return np.array([any(self.use[s] in LOCKED_BY_RULE for s in sides[d]) for d in range(self.n_doors)])

    def spaces_of_use(self, *uses: str) -> list[int]:
        """Return the rows of the indoor spaces of some uses."""
        return [row for row in self.indoor if self.use[row] in uses]

    def doors_of(self, space: int) -> list[int]:
        """Return the doors of a space."""
        doors = self._memo.setdefault("doors_of", {})
        if space not in doors:
            nav = self.arrays
            doors[space] = nav.space_door[nav.space_door_ptr[space] : nav.space_door_ptr[space + 1]].tolist()
        result: list[int] = doors[space].copy()
        return result

    def room_behind(self, door: int) -> int:
        """Return the room that a door belongs to (its first side that is a room, else side 0)."""
        a, b = (int(s) for s in self.arrays.door_space[door])
        return a if self.is_room[a] or not self.is_room[b] else b

    def inside_ways(self, space: int) -> list[tuple[int, int]]:
        """Return (door, space behind) for every way that stays indoors; a flight leads to its far end."""
        ways = self._memo.setdefault("inside_ways", {})
        if space not in ways:
            ways[space] = [
                (door, target)
                for door in self.doors_of(space)
                if (target := self._indoor_target(door, space)) is not None
            ]
        result: list[tuple[int, int]] = ways[space]
        return result

    def _indoor_target(self, door: int, space: int) -> int | None:
        target = self._other(door, space)
        if self.use[target] == "flight":
            far = [d for d in self.doors_of(target) if d != door]
            target = self._other(far[0], target)
        return None if target == self.outside else target

    def _other(self, door: int, space: int) -> int:
        a, b = (int(s) for s in self.arrays.door_space[door])
        return b if a == space else a

    def _leads_out(self, door: int) -> bool:
        return self.outside in self.arrays.door_space[door]

    def _is_flight_door(self, door: int) -> bool:
        return any(self.use[s] == "flight" for s in self.arrays.door_space[door])

    # -- points ----------------------------------------------------------------------------------

    def inner_point(self, space: int) -> tuple[float, float]:
        """Return the fixed inner point of a space (m)."""
        return float(self.arrays.inner_x[space]), float(self.arrays.inner_y[space])

    def n_spots(self, space: int) -> int:
        """Return how many standing places a space has."""
        return int(self.spot_ptr[space + 1] - self.spot_ptr[space])

    def spots_at(
        self, space: NDArray[np.int32], seat: NDArray[np.int32], u: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return one standing place per person: by seat number, or by a uniform number where that is -1."""
        n = np.maximum(1, self.spot_ptr[space + 1] - self.spot_ptr[space])
        number = np.where(seat >= 0, seat % n, np.minimum((u * n).astype(np.int64), n - 1))
        index = self.spot_ptr[space] + number
        return self.spot_x[index], self.spot_y[index]

    def hide_spots(
        self, space: int, numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return standing places out of sight of the doors, best first, by number."""
        first, last = int(self.spot_ptr[space]), int(self.spot_ptr[space + 1])
        index = first + self.hide_order[first:last][numbers % max(1, last - first)]
        return self.spot_x[index], self.spot_y[index]

    def door_stand(self, door: int, space: int) -> tuple[float, float]:
        """Return where somebody stands inside a space to close a door: half a metre in (m)."""
        nav = self.arrays
        side = 0 if nav.door_space[door, 0] == space else 1
        nx, ny = nav.door_nx[door, side], nav.door_ny[door, side]
        back = nav.door_depth[door, side] + 0.5
        return float(nav.door_x[door, side] - back * nx), float(nav.door_y[door, side] - back * ny)

    @cached_property
    def main_entrance(self) -> int:
        """The exterior door that officers use: of a vestibule, else a lobby, else the first by hashed id."""

        def rank(door: int) -> tuple[int, int]:
            inside = self.use[self._other(door, self.outside)]
            order = {"vestibule": 0, "lobby": 1, "corridor": 2}.get(inside, 3)
            return order, entity_hash(self.door_ids[door])

        return min(self.exterior_doors, key=rank)

    def inside_of(self, door: int) -> tuple[int, float, float]:
        """Return the space inside an exterior door and a point half a metre in."""
        space = self._other(door, self.outside)
        x, y = self.door_stand(door, space)
        return space, x, y

    def draw_xy(self, space: int, x: float, y: float) -> tuple[int, float, float]:
        """Return (row of the level, x, y) on the plan for a position, also of somebody on a flight."""
        if space not in self.flight_ends:
            return int(self.space_level[space]), float(x), float(y)
        x0, _, length = self.flight_origin[space]
        share = min(max((x - x0) / length, 0.0), 1.0)
        (low, lx, ly), (high, hx, hy) = self.flight_ends[space]
        return (low if share < 0.5 else high), lx + share * (hx - lx), ly + share * (hy - ly)
