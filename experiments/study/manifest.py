"""What the manifest of a study says: all that is needed to know what it is and to run it again."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from experiments.study.design import StudyDesign
from experiments.study.folder import FORMAT, FORMAT_VERSION

if TYPE_CHECKING:
    import pandas as pd

    from buildings.plan import FloorPlan


def manifest_of(design: StudyDesign, command: str = "") -> dict[str, Any]:
    """Return the manifest: all that is needed to know what a study is and to run it again."""
    scenario = design.scenario
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "study": design.fingerprint(),
        "model_version": design.model_version,
        "versions": versions(),
        "seed": design.seed if design.is_ours else None,
        "runs": design.runs,
        "policies": [
            {
                "label": arm.label,
                "name": arm.policy.name,
                "plain_words": arm.policy.plain_words,
                "levers": dict(arm.policy.under(scenario).levers),
                "fingerprint": design.fingerprint_of(arm),
            }
            for arm in design.arms
        ],
        "baseline": design.baseline,
        "probabilistic": drawn_of(design),
        "scenario": {
            "name": scenario.name,
            "plain_words": scenario.plain_words,
            "building": scenario.building,
            "day_part": scenario.day_part,
            "area": scenario.area,
            "horizon_s": scenario.horizon_s,
            "arrival_median_s": scenario.arrival_median_s,
            "fingerprint": scenario.fingerprint(),
            "plan_hash": scenario.plan.content_hash(),
            "people": None,
            "assumed": assumed_of(scenario.plan),
        },
        "command": command,
        "created_utc": datetime.now(UTC).isoformat(timespec="seconds"),
    }


_MOST = 20
_LONGEST = 400
_LEAFLESS = ("opening", "cubicle")


def assumed_of(plan: FloorPlan) -> list[str]:
    """Return what was assumed of a building, in sentences without a name of a room: reports print them."""
    said = plan.source.get("assumed")
    lines = (
        [line[:_LONGEST] for line in said if isinstance(line, str)][:_MOST] if isinstance(said, list) else []
    )
    leaves = [door for door in plan.doors if door.kind not in _LEAFLESS]
    silent = sum(door.lock is None or door.lock.can_lock is None for door in leaves)
    if silent:
        lines.append(
            f"{silent} of {len(leaves)} doors do not say whether they lock: doors of classrooms and to the "
            "outside are taken to lock, all others not."
        )
    return lines


def drawn_of(design: StudyDesign) -> list[dict[str, Any]] | None:
    """Return the rows that a probabilistic study draws, with range and scale; None for any other study."""
    if not design.probabilistic:
        return None
    from sim.given.probabilistic import drawn_rows

    return [row._asdict() for row in drawn_rows(design.scenario)]


def drawn_table(design: StudyDesign) -> pd.DataFrame:
    """Return what each replicate of a probabilistic study draws: one row per replicate, a column per row.

    It is read off the scenario that the replicate runs in, so that it cannot say anything else.
    """
    import pandas as pd

    from sim.given.probabilistic import drawn_rows

    names = [row.name for row in drawn_rows(design.scenario)]
    tables = (design.scenario_of(k).parameters for k in range(design.runs))
    table = pd.DataFrame([{name: values.row(name).central for name in names} for values in tables])
    table.insert(0, "replicate", range(design.runs))
    return table


def versions() -> dict[str, str]:
    """Return the versions of the packages whose change could change a row."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": sys.version.split()[0]}
    for name in ("firstminutes", "mesa", "numba", "numpy", "scipy", "shapely", "duckdb"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found
