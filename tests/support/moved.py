"""A plan somewhere else: turned, mirrored, renamed, or with the parts of its file in another order."""

from __future__ import annotations

import math
import random

STAY = (1.0, 0.0, 0.0, 1.0)
MIRROR = (-1.0, 0.0, 0.0, 1.0)
QUARTER = (0.0, -1.0, 1.0, 0.0)
HALF = (-1.0, 0.0, 0.0, -1.0)
ODD = (math.cos(0.6457), -math.sin(0.6457), math.sin(0.6457), math.cos(0.6457))


def at(move, x, y):
    """Return where a point is after a move (a, b, c, d): x' = a x + b y, y' = c x + d y (m)."""
    a, b, c, d = move
    return a * x + b * y, c * x + d * y


def moved(plan, move, shift=(0.0, 0.0)):
    """Return a plan after a move about the origin and a shift (m)."""

    def there(x, y):
        x, y = at(move, x, y)
        return x + shift[0], y + shift[1]

    return plan.model_copy(
        update={
            "spaces": tuple(
                s.model_copy(update={"polygon": tuple(there(*p) for p in s.polygon)}) for s in plan.spaces
            ),
            "doors": tuple(
                d.model_copy(
                    update={
                        "at": None if d.at is None else there(*d.at),
                        "line": None if d.line is None else tuple(there(*p) for p in d.line),
                    }
                )
                for d in plan.doors
            ),
            "connectors": tuple(
                c.model_copy(
                    update={"ends": tuple(e.model_copy(update={"at": there(*e.at)}) for e in c.ends)}
                )
                for c in plan.connectors
            ),
        }
    )


def in_another_order(plan, seed):
    """Return a plan with the lists of its file shuffled."""
    rng = random.Random(seed)
    lists = {}
    for name in ("spaces", "doors", "connectors", "levels", "zones"):
        parts = list(getattr(plan, name))
        rng.shuffle(parts)
        lists[name] = tuple(parts)
    return plan.model_copy(update=lists)


def renamed(plan, word="room"):
    """Return a plan with other display names; ids, which say what is what, stay."""
    spaces = [s.model_copy(update={"name": f"{word} {k % 7}"}) for k, s in enumerate(plan.spaces)]
    levels = [level.model_copy(update={"name": f"{word} storey"}) for level in plan.levels]
    return plan.model_copy(update={"name": f"Plan {word}", "spaces": tuple(spaces), "levels": tuple(levels)})
