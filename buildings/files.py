"""Plan files in and out: `*.plan.json`, its JSON Schema, and the door table as CSV.

Whatever is wrong with a file comes out as one `PlanError` that lists every problem in plain sentences.
"""

from __future__ import annotations

import csv
import io
import json
import os
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from buildings.checks import check_plan
from buildings.errors import PlanError
from buildings.plan import FORMAT, VERSION, FloorPlan
from buildings.wording import problems_of, sentence

FEET_M = 0.3048
_TABLE = (
    "id",
    "level",
    "space_a",
    "space_b",
    "width_m",
    "kind",
    "glazing",
    "can_lock",
    "locks_from",
    "key_from",
    "normally",
    "number",
)
_BETWEEN_IDS = "; "
"""Between space ids in one cell: ids may hold spaces and commas."""


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
    _refuse_errors(plan, str(path))
    return plan


def _refuse_errors(plan: FloorPlan, where: str) -> None:
    errors = [f"[{found.code}] {found.message}" for found in check_plan(plan) if found.severity == "E"]
    if errors:
        raise problems_of(where, errors)


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PlanError(f"{path}: there is no such file; check the path.") from None
    except (OSError, ValueError) as problem:  # a folder, no right to read, not UTF-8, a NUL in the name
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
    except (RecursionError, ValueError):
        raise PlanError(
            f"{where}: [E01] this is not a plan: it is nested too deeply or holds a number without end."
        ) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != VERSION:
        raise PlanError(
            f"{where}: [E02] this is not a plan of version {VERSION}: the file must start with "
            f'"format": "{FORMAT}", "version": {VERSION}.'
        )
    if "units" not in content:
        raise PlanError(f'{where}: [E10] units are missing; add "units": "m" or "units": "ft".')
    return _validated(_in_metres(content, where), where)


def _validated(content: dict[str, Any], where: str) -> FloorPlan:
    try:
        json.dumps(content, ensure_ascii=False).encode("utf-8")
        return FloorPlan.model_validate(content)
    except ValidationError as problem:
        raise problems_of(where, [sentence(error, content) for error in problem.errors()]) from None
    except UnicodeEncodeError:
        raise PlanError(
            f"{where}: [E03] a text holds half a character (a lone surrogate); type it anew."
        ) from None


def _in_metres(content: dict[str, Any], where: str) -> dict[str, Any]:
    """Convert feet to metres; any other unit is refused, never guessed."""
    if content["units"] == "m":
        return content
    if content["units"] != "ft":
        raise PlanError(f'{where}: [E10] units are {content["units"]!r}; allowed are "m" and "ft".')
    lengths = {
        "polygon", "at", "line", "width", "length", "elevation", "height", "thickness", "origin", "cell"
    }  # fmt: skip

    def scale(value: Any) -> Any:
        if isinstance(value, list):
            return [scale(part) for part in value]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return value
        try:
            return round(value * FEET_M, 6)
        except (OverflowError, ValueError):
            return value  # no building is that large: refused as a number below

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: scale(v) if k in lengths else walk(v) for k, v in value.items()}
        return [walk(part) for part in value] if isinstance(value, list) else value

    return {**walk(content), "units": "m"}


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
    # Whole or not at all: a full disk must not cost the plan that was there before.
    partly = Path(path).with_name(f".{Path(path).name}.part")
    try:
        partly.write_text("\n".join([*lines, "}"]) + "\n", encoding="utf-8")
        os.replace(partly, path)
    finally:
        partly.unlink(missing_ok=True)


def plan_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the plan format, for editors; hand-written files may be in feet."""
    schema = FloorPlan.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = f"{FORMAT} {VERSION}"
    schema["properties"]["units"] = {"title": "Units", "enum": ["m", "ft"]}
    schema["required"] = ["format", "version", "units", *schema["required"]]
    return schema


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
                _BETWEEN_IDS.join(lock.from_) if lock else "",
                _BETWEEN_IDS.join(lock.key_from) if lock else "",
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
    rows = _table_rows(text, where)
    known = {door.id: door.model_dump(by_alias=True) for door in plan.doors}
    seen: set[str] = set()
    for number, row in rows:
        name = row["id"]
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise problems_of(where, [f"line {number}: there is no door '{name}' in the plan.{hint}"])
        if name in seen:
            raise problems_of(where, [f"line {number}: door '{name}' is listed twice; keep one row."])
        seen.add(name)
        known[name] = _with_row(known[name], row, f"{where}: line {number}")
    changed = _validated({**plan.model_dump(by_alias=True), "doors": list(known.values())}, where)
    _refuse_errors(changed, where)
    return changed


def _table_rows(text: str, where: str) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a table with their line numbers; spreadsheets may have written semicolons."""
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        missing = [name for name in ("id", "can_lock") if name not in (reader.fieldnames or [])]
        if missing:
            raise PlanError(
                f"{where}: the column '{missing[0]}' is missing; keep the header that `plan doors` wrote."
            )
        rows = []
        for row in reader:
            cells = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
            if any(cells.values()):
                rows.append((reader.line_num, cells))
        return rows
    except csv.Error as problem:
        raise PlanError(f"{where}: line {reader.line_num}: this is not a table ({problem}).") from None


def _with_row(door: dict[str, Any], row: dict[str, str], where: str) -> dict[str, Any]:
    """Return the content of a door with what its row says; columns that are missing change nothing."""
    allowed: dict[str, tuple[str, ...]] = {
        "can_lock": ("yes", "no", ""),
        "normally": ("open", "closed", "locked", ""),
        "glazing": ("none", "vision_panel", "full", ""),
    }
    for column, values in allowed.items():
        if row.get(column, "") not in values:
            names = ", ".join(value for value in values if value)
            raise problems_of(where, [f"{column} is {row[column]!r}; allowed are {names} or nothing."])
    changed = dict(door)
    lock = dict(door.get("lock") or {})
    lock["can_lock"] = {"yes": True, "no": False, "": None}[row["can_lock"]]
    for column, key in (("locks_from", "from"), ("key_from", "key_from")):
        if column in row:
            lock[key] = [name.strip() for name in row[column].split(";") if name.strip()]
    if row.get("normally"):
        lock["normally"] = row["normally"]
    # A door that said nothing of a lock, and still says nothing, stays as it was.
    if door.get("lock") is not None or lock["can_lock"] is not None or row.get("normally"):
        changed["lock"] = lock
    if row.get("glazing"):
        changed["glazing"] = row["glazing"]
    if "number" in row:
        changed["number"] = row["number"] or None
    return changed
