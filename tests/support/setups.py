"""What a published test of movement sets up, as a few numbers: a slip in a set-up changes them.

A jam is compared with the page within 3 %, which a room that is a metre too long can pass.
"""

from __future__ import annotations

import numpy as np

from sim import crowd
from sim.crowd import result

KINDS = ("runs", "people", "walls m", "places m", "speeds m/s", "starts s", "doors m", "until s", "events")


class Setups:
    """Stands in for `crowd.run`, and adds up what it is called with."""

    def __init__(self):
        self.sums = np.zeros(len(KINDS))

    def run(self, floor, people, **more):
        people, walls = list(people), floor.nav.arrays
        # Weights of their own, so that one thing moved against another does not cancel out.
        weights = 1.0 + np.arange(len(people)) % 7
        self.sums += (
            1,
            len(people),
            np.abs(walls.wall_x0 - 1.7).sum() + np.abs(walls.wall_y0 - 2.3).sum(),
            sum(w * (p.at[0] + 3.1 * p.at[1]) for w, p in zip(weights, people, strict=True)),
            sum(w * p.speed_mps for w, p in zip(weights, people, strict=True)),
            sum(p.start_s for p in people),
            np.abs(walls.door_x[:, 0] - 0.9).sum() + np.abs(walls.door_y[:, 0] - 1.3).sum(),
            more.get("until_s", 600.0),
            sum(event.at_s for event in more.get("events", ())),
        )
        return result.run(floor, people, **more)


def watch(monkeypatch):
    """Return what goes on adding up every crowd that is run from now on."""
    setups = Setups()
    monkeypatch.setattr(crowd, "run", setups.run)
    return setups
