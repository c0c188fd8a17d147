"""Plans for other programs: IMDF and GeoJSON, DXF, WKT, and drawings to scale."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from buildings.errors import PlanError
from buildings.exporters import drawing, dxf, geojson, wkt
from buildings.plan import FloorPlan

_WHOLE: dict[str, Callable[[FloorPlan, Path], None]] = {
    ".geojson": geojson.write_geojson,
    ".zip": geojson.write_imdf,
}
_BY_LEVEL: dict[str, Callable[[FloorPlan, str, Path], None]] = {
    ".dxf": dxf.write_dxf,
    ".wkt": wkt.write_wkt,
    ".svg": drawing.write_to_scale,
    ".pdf": drawing.write_to_scale,
}
ENDINGS = (*_WHOLE, *_BY_LEVEL)


def export_plan(plan: FloorPlan, path: Path) -> list[Path]:
    """Write a plan in the format that the ending of a name tells; return the files written.

    Parameters
    ----------
    plan : FloorPlan
        Any plan.
    path : Path
        `.geojson` and `.zip` (IMDF) hold the whole building; `.dxf`, `.wkt`, `.svg` and `.pdf` one level
        each: a building of several levels becomes several files, with the level's id in their names.

    Raises
    ------
    PlanError
        If the ending is none of these.
    """
    ending = path.suffix.lower()
    if ending in _WHOLE:
        _WHOLE[ending](plan, path)
        return [path]
    if ending not in _BY_LEVEL:
        raise PlanError(f"{path}: {ending or 'no ending'} is not written; allowed are {', '.join(ENDINGS)}.")
    several = len(plan.levels) > 1
    written = []
    for number, level in enumerate(plan.levels, 1):
        # An id is free text: only what is safe in the name of a file goes into one.
        safe = level.id if level.id.isalnum() else str(number)
        target = path.with_stem(f"{path.stem}-{safe}") if several else path
        _BY_LEVEL[ending](plan, level.id, target)
        written.append(target)
    return written
