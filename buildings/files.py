"""Plan files in and out: `*.plan.json`, its JSON Schema, and the door table as CSV.

Whatever is wrong with a file comes out as one `PlanError` that lists every problem in plain sentences.
"""

from __future__ import annotations

import csv
import io
import json
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from buildings.checks import check_plan
from buildings.errors import PlanError
from buildings.plan import FORMAT, VERSION, FloorPlan

FEET_M = 0.3048
_TABLE = ("id", "level", "space_a", "space_b", "width_m", "kind", "glazing", "can_lock", "locks_from", "key_from",
          "normally", "number")  # fmt: skip


def read_plan(path: Path | str) -> FloorPlan:
    """Read a plan file and check it.

    Parameters
    ----------
    path : Path or str
        A `*.plan.json` file.

    Returns
    -------
    FloorPlan
        The plan, in metres.

    Raises
    ------
    PlanError
        If the file cannot be read, is no plan, or breaks a rule that protects a run; all problems at once.
    """
    path = Path(path)
    plan = parse_plan(_read_text(path), str(path))
    errors = [finding for finding in check_plan(plan) if finding.severity == "E"]
    if errors:
        lines = "; ".join(f"[{finding.code}] {finding.message}" for finding in errors[:12])
        more = f" (and {len(errors) - 12} more)" if len(errors) > 12 else ""
        raise PlanError(f"{path}: {lines}{more}")
    return plan


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file; check the path.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise PlanError(
            f"{path}: the file cannot be read ({problem}); it must be a text file in UTF-8."
        ) from None


def parse_plan(text: str, where: str) -> FloorPlan:
    """Turn the text of a plan file into a plan, without the checks that need geometry.

    Raises
    ------
    PlanError
        If it is not JSON, not a plan, or a field has the wrong type.
    """
    try:
        content = json.loads(text)
    except json.JSONDecodeError as problem:
        raise PlanError(
            f"{where}: [E01] this is not JSON: line {problem.lineno}, column {problem.colno}: {problem.msg}."
        ) from None
    except RecursionError:
        raise PlanError(f"{where}: [E01] this is not a plan: it is nested too deeply.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != VERSION:
        raise PlanError(
            f"{where}: [E02] this is not a plan of version {VERSION}: the file must start with "
            f'"format": "{FORMAT}", "version": {VERSION}.'
        )
    if "units" not in content:
        raise PlanError(f'{where}: [E10] units are missing; add "units": "m" or "units": "ft".')
    content = _in_metres(content, where)
    try:
        return FloorPlan.model_validate(content)
    except ValidationError as problem:
        raise PlanError(f"{where}: " + "; ".join(_reword(error) for error in problem.errors()[:12])) from None


def _in_metres(content: dict[str, Any], where: str) -> dict[str, Any]:
    """Convert feet to metres; any other unit is refused, never guessed."""
    if content["units"] == "m":
        return content
    if content["units"] != "ft":
        raise PlanError(f'{where}: [E10] units are {content["units"]!r}; allowed are "m" and "ft".')
    lengths = {"polygon", "at", "line", "width", "length", "elevation", "height", "thickness"}

    def scale(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (int, float, list)):
            return value
        return [scale(part) for part in value] if isinstance(value, list) else value * FEET_M

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: scale(v) if k in lengths else walk(v) for k, v in value.items()}
        return [walk(part) for part in value] if isinstance(value, list) else value

    return {**walk(content), "units": "m"}


def _reword(error: Any) -> str:
    """Turn one problem that pydantic found into a sentence: where, what was found, what is allowed."""
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        key = str(error["loc"][-1])
        known = [field.alias or name for name, field in FloorPlan.model_fields.items()]
        near = get_close_matches(key, known, n=1)
        return f"[W06] {place}: unknown key '{key}'; remove it" + (
            f" (did you mean '{near[0]}'?)" if near else ""
        )
    if error["type"] == "missing":
        return f"[E03] {place}: this field is missing; add it"
    found = repr(error.get("input"))
    return f"[E03] {place}: found {found[:60]}, but {error['msg'][0].lower()}{error['msg'][1:]}"


def write_plan(plan: FloorPlan, path: Path | str) -> None:
    """Write a plan file: one space, door or connector per line, so that a change shows as a short diff."""
    content = plan.as_file()
    lines = ["{"]
    for number, (key, value) in enumerate(content.items()):
        comma = "," if number < len(content) - 1 else ""
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rows = ",\n".join(f"    {json.dumps(row)}" for row in value)
            lines.append(f"  {json.dumps(key)}: [\n{rows}\n  ]{comma}")
        else:
            lines.append(f"  {json.dumps(key)}: {json.dumps(value)}{comma}")
    Path(path).write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8")


def plan_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the plan format, for editors."""
    return FloorPlan.model_json_schema(by_alias=True)


def door_table(plan: FloorPlan) -> str:
    """Return the doors of a plan as CSV, one row per door: the way a facilities person adds locks."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_TABLE)
    for door in plan.doors:
        lock = door.lock
        known = lock is not None and lock.can_lock is not None
        writer.writerow(
            [
                door.id,
                door.level,
                *door.between,
                door.width_m,
                door.kind,
                door.glazing,
                ("yes" if lock.can_lock else "no") if lock is not None and known else "",
                " ".join(lock.from_) if lock else "",
                " ".join(lock.key_from) if lock else "",
                lock.normally if lock else "",
                door.number or "",
            ]
        )
    return out.getvalue()


def with_door_table(plan: FloorPlan, text: str, where: str) -> FloorPlan:
    """Return a plan with locks, glazing and numbers taken from a door table.

    Raises
    ------
    PlanError
        If a column is missing, a door unknown, or a value not allowed.
    """
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in ("id", "can_lock") if name not in (reader.fieldnames or [])]
    if missing:
        raise PlanError(
            f"{where}: the column {missing[0]!r} is missing; keep the header that `plan doors` wrote."
        )
    known = {door.id: door.model_dump(by_alias=True) for door in plan.doors}
    for number, row in enumerate(reader, start=2):
        name = row["id"]
        if name not in known:
            near = get_close_matches(name or "", known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise PlanError(f"{where}: line {number}: there is no door '{name}' in the plan.{hint}")
        if row["can_lock"] not in ("yes", "no", ""):
            raise PlanError(
                f"{where}: line {number}: can_lock is {row['can_lock']!r}; allowed are yes, no or nothing."
            )
        lock = dict(known[name].get("lock") or {})
        lock["can_lock"] = {"yes": True, "no": False, "": None}[row["can_lock"]]
        for column, key in (("locks_from", "from"), ("key_from", "key_from")):
            if row.get(column) is not None:
                lock[key] = row[column].split()
        if row.get("normally"):
            lock["normally"] = row["normally"]
        known[name] = {**known[name], "lock": lock, "number": row.get("number") or None}
        if row.get("glazing"):
            known[name]["glazing"] = row["glazing"]
    content = {**plan.model_dump(by_alias=True), "doors": list(known.values())}
    try:
        return FloorPlan.model_validate(content)
    except ValidationError as problem:
        raise PlanError(f"{where}: " + "; ".join(_reword(error) for error in problem.errors()[:12])) from None
