"""The results folder, for the program that fills it: what is on disk decides what is done.

Layout::

    manifest.json           what the study is (versions, seed, policies, scenario hash, command)
    runs/part-*.parquet     rows of finished chunks, one per run; curves/part-*.parquet beside them
    outcomes.parquet        all runs, sorted by policy and replicate (written when the study is complete)
    curves.parquet          share secured over time per run
    parameters.parquet      what a probabilistic study drew, one row per replicate
    timelines/ recordings/  the few recorded runs;  errors/  where failed runs failed
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.study.parts import (
    connect,
    parquet_parts,
    quoted,
    settle,
    temporary_of,
    write_atomic,
    write_rows,
)
from sim.errors import StudyError

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

FORMAT = "firstminutes-results"
FORMAT_VERSION = 1
CURVE_STEP_S = 10.0
KEY_COLUMNS = {
    "run_id": "VARCHAR",
    "policy": "VARCHAR",
    "replicate": "BIGINT",
    "status": "VARCHAR",
    "error": "VARCHAR",
}
CURVE_COLUMNS = {
    "run_id": "VARCHAR",
    "policy": "VARCHAR",
    "replicate": "BIGINT",
    "t_s": "DOUBLE",
    "share_secured": "DOUBLE",
}
OWN_NAMES = [
    "manifest.json",
    "outcomes.parquet",
    "curves.parquet",
    "parameters.parquet",
    "report.html",
    "replay.html",
    "runs",
    "curves",
    "timelines",
    "recordings",
    "figures",
    "errors",
    "harm",
    "harm.parquet",
    "failures",
    "failures.parquet",
]


class TornPartWarning(UserWarning):
    """A part file could not be read and was set aside."""


class OtherVersionsWarning(UserWarning):
    """A study goes on under other package versions than it was begun with."""


class StudyFolder:
    """The results folder of one study, for the program that fills it.

    Parameters
    ----------
    root : Path
        The folder; made when missing.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def prepare(self, manifest: dict[str, Any], *, fresh: bool = False) -> None:
        """Make the folder ready for this study, or refuse it.

        A folder that holds another study, or files that are not ours, is never written into.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            names = {entry.name for entry in self.root.iterdir() if not entry.name.startswith(".")}
            if fresh and "manifest.json" in names:
                read_manifest(self.root)  # a manifest of somebody else is refused here
                self._clear()
            elif "manifest.json" in names:
                manifest = self._continued(manifest)
            elif names:
                raise StudyError(
                    f"{self.root}: holds {min(names)!r} and no study of ours; give an empty or new folder."
                )
            write_atomic(self.root / "manifest.json", manifest_bytes(manifest))
        except OSError as error:
            raise StudyError(
                f"{self.root}: the output folder cannot be written ({error.strerror}); give another."
            ) from None

    def _continued(self, manifest: dict[str, Any]) -> dict[str, Any]:
        old = read_manifest(self.root)
        if not any((self.root / "runs").glob("part-*.parquet")):
            return manifest  # nothing is finished in there, so nothing can be lost
        if old.get("study") != manifest["study"]:
            differs = [key for key in ("model_version", "seed", "baseline") if old.get(key) != manifest[key]]
            if _policies_of(old) != _policies_of(manifest):
                differs.append("policies")
            if (old.get("scenario") or {}).get("fingerprint") != manifest["scenario"]["fingerprint"]:
                differs.append("scenario")
            if old.get("probabilistic") != manifest["probabilistic"]:
                differs.append("probabilistic parameters")
            raise StudyError(
                f"{self.root}: holds another study (different {', '.join(differs) or 'design'}); "
                "give another folder with --out, or start anew with --fresh."
            )
        if int(old["runs"]) > int(manifest["runs"]):
            raise StudyError(
                f"{self.root}: holds a study of {old['runs']} runs and {manifest['runs']} were asked for; "
                "ask for at least as many, or give another folder with --out."
            )
        if old["versions"] != manifest["versions"]:
            changed = [
                name for name, found in manifest["versions"].items() if old["versions"].get(name) != found
            ]
            warnings.warn(
                f"{self.root}: begun with other versions of {', '.join(changed)}; --fresh starts anew.",
                OtherVersionsWarning,
                stacklevel=4,
            )
        scenario = manifest["scenario"] | {"people": old["scenario"].get("people")}
        kept = {name: old[name] for name in ("created_utc", "versions")}
        return manifest | kept | {"scenario": scenario}

    def note_people(self, people: int) -> None:
        """Write into the manifest how many people the building holds, once a run has told."""
        manifest = read_manifest(self.root)
        if manifest["scenario"].get("people") is None:
            manifest["scenario"]["people"] = people
            write_atomic(self.root / "manifest.json", manifest_bytes(manifest))

    def _clear(self) -> None:
        import shutil

        # The manifest goes last: a folder half cleared is still known as ours.
        for name in reversed(OWN_NAMES):
            path = self.root / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def write_part(
        self,
        replicates: Sequence[int],
        rows: Sequence[Mapping[str, Any]],
        curves: Iterable[tuple[str, int, Sequence[float]]],
        columns: Mapping[str, str],
    ) -> None:
        """Write one finished chunk; the runs come last, because they say that it is finished."""
        import hashlib

        tag = hashlib.sha256(repr(list(replicates)).encode()).hexdigest()[:8]
        name = f"part-{min(replicates):06d}-{max(replicates):06d}-{tag}.parquet"
        ids = {(row["policy"], row["replicate"]): row["run_id"] for row in rows}
        points = [
            {
                "run_id": ids[policy, replicate],
                "policy": policy,
                "replicate": replicate,
                "t_s": CURVE_STEP_S * step,
                "share_secured": share,
            }
            for policy, replicate, shares in curves
            for step, share in enumerate(shares)
        ]
        write_rows(self.root / "curves" / name, points, CURVE_COLUMNS)
        write_rows(self.root / "runs" / name, rows, {**KEY_COLUMNS, **columns})

    def write_drawn(self, table: pd.DataFrame) -> None:
        """Write what a probabilistic study drew: no place, no outcome, one row per replicate."""
        path = self.root / "parameters.parquet"
        temporary = temporary_of(path)
        with connect() as connection:
            connection.register("drawn", table)
            connection.execute(f"COPY drawn TO {quoted(temporary)} (FORMAT parquet)")
        settle(temporary, path)

    def write_recording(self, name: str, recording: Any) -> None:
        """Write the recording of one run."""
        path = self.root / "recordings" / f"{name}.npz"
        temporary = temporary_of(path).with_suffix(".tmp.npz")
        recording.save(temporary)
        settle(temporary, path)

    def write_error(self, run_id: str, trace: str) -> None:
        """Write where a failed run failed."""
        write_atomic(self.root / "errors" / f"{run_id}.txt", trace.encode())

    def finished(self, run_ids: Iterable[str], *, retry_failed: bool = False) -> set[str]:
        """Return which of these runs are on disk; a part that cannot be read is set aside with a warning."""
        wanted = set(run_ids)
        done: set[str] = set()
        with connect() as connection:
            for part in sorted((self.root / "runs").glob("part-*.parquet")):
                rows = self._read_ids(connection, part)
                done |= {run_id for run_id, status in rows if status == "ok" or not retry_failed}
        return done & wanted

    def _read_ids(self, connection: duckdb.DuckDBPyConnection, part: Path) -> list[tuple[str, str]]:
        import duckdb

        curves = self.root / "curves" / part.name
        try:
            connection.execute(f"SELECT count(share_secured) FROM read_parquet({quoted(curves)})").fetchall()
            return connection.execute(f"SELECT run_id, status FROM read_parquet({quoted(part)})").fetchall()
        except duckdb.Error:
            for path in (part, curves):
                if path.exists():
                    os.replace(path, path.with_name(f"torn-{path.name}.bad"))
            warnings.warn(
                f"{part}: the part cannot be read; it was set aside and its runs are done again.",
                TornPartWarning,
                stacklevel=3,
            )
            return []

    def unmerge(self) -> None:
        """Remove the merged files: the study is not complete (any more); its parts hold every row."""
        for name in (one for one in OWN_NAMES if one.endswith(".parquet")):
            (self.root / name).unlink(missing_ok=True)

    def merge(self, run_ids: Iterable[str]) -> None:
        """Write outcomes.parquet and curves.parquet: the given runs, sorted by policy and replicate."""
        ids = sorted(run_ids)
        with connect() as connection:
            connection.execute("CREATE TABLE wanted AS SELECT unnest($1::VARCHAR[]) AS run_id", [ids])
            # A run that was tried again has two rows: the good one counts.
            connection.execute(f"""
                CREATE TABLE chosen AS
                SELECT * FROM {parquet_parts(self.root / "runs")} SEMI JOIN wanted USING (run_id)
                QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY status DESC) = 1
                ORDER BY policy, replicate""")
            connection.execute(f"""
                CREATE TABLE points AS
                SELECT DISTINCT policy, replicate, t_s, share_secured
                FROM {parquet_parts(self.root / "curves")} SEMI JOIN wanted USING (run_id)
                ORDER BY policy, replicate, t_s""")
            for table, name in (("points", "curves.parquet"), ("chosen", "outcomes.parquet")):
                temporary = temporary_of(self.root / name)
                connection.execute(f"COPY {table} TO {quoted(temporary)} (FORMAT parquet)")
                settle(temporary, self.root / name)


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return a manifest as the bytes of its file."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def read_manifest(root: Path) -> dict[str, Any]:
    """Return the manifest of a results folder, or say what is wrong with it."""
    path = root / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(
            f"{root}: no results folder (manifest.json is missing); `firstminutes compare` makes one."
        ) from None
    except (OSError, ValueError) as error:
        raise StudyError(
            f"{path}: the manifest cannot be read ({error}); restore it or use --fresh."
        ) from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise StudyError(f'{path}: not a manifest of results; its format must be "{FORMAT}".')
    if manifest.get("version") != FORMAT_VERSION:
        raise StudyError(
            f"{path}: found format version {manifest.get('version')}; this program reads {FORMAT_VERSION}."
        )
    return manifest


def runs_on_disk(root: Path) -> int:
    """Return for how many paired runs a folder was last asked; 0 where nothing of a study is in it."""
    if not (root / "manifest.json").exists() or not any((root / "runs").glob("part-*.parquet")):
        return 0
    return int(read_manifest(root)["runs"])


def _policies_of(manifest: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    return [(policy.get("label"), policy.get("fingerprint")) for policy in manifest.get("policies", [])]


def file_stems(labels: Sequence[str]) -> dict[str, str]:
    """Return a file name for each label that every system allows, unlike any other without regard to case."""
    stems: dict[str, str] = {}
    for label in labels:
        stem = re.sub(r"[^A-Za-z0-9._+-]+", "-", label).strip("-.")[:60] or "policy"
        taken = {other.lower() for other in stems.values()}
        number = 2
        base = stem
        while stem.lower() in taken:
            stem, number = f"{base}-{number}", number + 1
        stems[label] = stem
    return stems
