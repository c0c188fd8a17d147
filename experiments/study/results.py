"""Results of a study, for everybody who reads them: tables, SQL, pairs and the recorded runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from buildings.library import is_library_hash
from experiments.pages.cells import plain_cell_sql
from experiments.study.folder import file_stems, read_manifest
from experiments.study.parts import connect, parquet_parts, quoted, settle, temporary_of
from experiments.study.questions import check_question
from sim.errors import StudyError
from sim.record.outcome import HARM_CENSORED, HARM_LEVELS, OUTCOMES, OutcomeColumn, censored_name

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {column.name: column for column in OUTCOMES}


@dataclass(frozen=True)
class Results:
    """A results folder, read only.

    Attributes
    ----------
    root : Path
        The folder.
    manifest : dict
        What the study is; see ``experiments.study.folder``.
    """

    root: Path
    manifest: Mapping[str, Any]

    @classmethod
    def open(cls, root: Path | str) -> Results:
        """Open a results folder, finished or not."""
        root = Path(root)
        results = cls(root, read_manifest(root))
        if not results.is_complete and not any((root / "runs").glob("part-*.parquet")):
            raise StudyError(f"{root}: no run of this study is finished yet; run its command again to go on.")
        return results

    @property
    def is_complete(self) -> bool:
        """Whether all runs that were asked for are in."""
        return (self.root / "outcomes.parquet").exists()

    @property
    def labels(self) -> tuple[str, ...]:
        """Policy labels in the order of the study."""
        return tuple(policy["label"] for policy in self.manifest["policies"])

    @property
    def baseline(self) -> str:
        """Label of the policy that the others are compared with."""
        return str(self.manifest["baseline"])

    @property
    def is_library_plan(self) -> bool:
        """Whether the plan is one of ours: by the content hash in the manifest, never by a flag."""
        return is_library_hash(self.manifest["scenario"].get("plan_hash"))

    @property
    def horizon_s(self) -> float:
        """Seconds after which a run ends in any case; what had not happened by then is censored."""
        return float(self.manifest["scenario"]["horizon_s"])

    def outcomes(self) -> pd.DataFrame:
        """Return one row per run, sorted by policy and replicate; what did not happen is missing."""
        return self._outcomes.copy()

    @cached_property
    def _outcomes(self) -> pd.DataFrame:
        return self.sql("SELECT * FROM outcomes ORDER BY policy, replicate")

    def curves(self) -> pd.DataFrame:
        """Return share secured over time: policy, replicate, t_s, share_secured."""
        return self.sql("SELECT * FROM curves ORDER BY policy, replicate, t_s")

    def parameters(self) -> pd.DataFrame:
        """Return what a probabilistic study drew: one row per replicate, one column per parameter.

        Raises
        ------
        StudyError
            If the study drew none, or is not complete.
        """
        path = self.root / "parameters.parquet"
        if not self.is_complete or not path.exists():
            raise StudyError(
                f"{self.root}: no drawn parameters; a complete study of `compare --probabilistic` has them."
            )
        with connect() as connection:
            return connection.execute(f"SELECT * FROM read_parquet({quoted(path)}) ORDER BY replicate").df()

    def sql(self, text: str) -> pd.DataFrame:
        """Ask the tables ``outcomes`` and ``curves`` a question in DuckDB's SQL.

        Raises
        ------
        StudyError
            If the question sorts by harm, ranks by it or asks for its extremes.
        """
        with connect() as connection:
            check_question(connection, text)
            self._views(connection)
            for table in ("outcomes", "curves"):  # read now: the question reads no file of another study
                connection.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}")
            connection.execute("SET enable_external_access = false")
            return connection.execute(text).df()

    def _views(self, connection: Any) -> None:
        """Define the two tables: the merged files, or the parts of a study that is not complete."""
        if self.is_complete:
            runs = f"read_parquet({quoted(self.root / 'outcomes.parquet')})"
            curves = f"read_parquet({quoted(self.root / 'curves.parquet')})"
        else:
            parts, points = parquet_parts(self.root / "runs"), parquet_parts(self.root / "curves")
            first = "row_number() OVER (PARTITION BY run_id ORDER BY status DESC) = 1"
            runs = f"(SELECT * FROM {parts} QUALIFY {first})"
            curves = f"(SELECT DISTINCT policy, replicate, t_s, share_secured FROM {points})"
        connection.execute(f"CREATE VIEW outcomes AS SELECT * FROM {runs}")
        connection.execute(f"CREATE VIEW curves AS SELECT * FROM {curves}")

    def paired(self, outcome: str, baseline: str | None = None) -> pd.DataFrame:
        """Return the pairs of one outcome: every other policy beside the baseline, replicate by replicate.

        Parameters
        ----------
        outcome : str
            An outcome column. Levels of harm are refused: harm is read as ``*_vs_baseline`` only.
        baseline : str, optional
            Label; the study's own baseline when omitted.

        Returns
        -------
        DataFrame
            ``policy, replicate, baseline_value, value, difference`` (value - baseline_value) and, for
            intervals and harm, ``baseline_censored, censored``. Failed runs are left out with their partners.
        """
        import pandas as pd

        column = outcome_column(outcome)
        if outcome in HARM_LEVELS:
            raise StudyError(
                f"{outcome}: harm is compared as a paired difference only; use {outcome}_vs_baseline."
            )
        base = self.check_label(baseline or self.baseline)
        names = ["policy", "replicate", outcome]
        flag = HARM_CENSORED if column.kind == "harm" else censored_name(outcome)
        if column.kind in ("interval", "harm"):
            names.append(flag)
        rows = self._outcomes.loc[self._outcomes["status"] == "ok", names].copy()
        rows = rows.rename(columns={outcome: "value"})
        rows["value"] = rows["value"].astype("float64")
        rows = rows.rename(columns={flag: "censored"})
        if column.kind == "harm":  # deaths averted are known later than the rest
            rows["censored"] |= rows["value"].isna()
        reference = rows[rows["policy"] == base].drop(columns="policy")
        reference = reference.rename(columns={"value": "baseline_value", "censored": "baseline_censored"})
        pairs = rows[rows["policy"] != base].merge(reference, on="replicate", validate="many_to_one")
        pairs["difference"] = pairs["value"] - pairs["baseline_value"]
        order = pd.Categorical(
            pairs["policy"], [label for label in self.labels if label != base], ordered=True
        )
        pairs = pairs.assign(_order=order).sort_values(["_order", "replicate"]).drop(columns="_order")
        return pairs.reset_index(drop=True)

    def check_label(self, label: str) -> str:
        """Return the label when the study has it."""
        if label not in self.labels:
            raise StudyError(
                f"{self.root}: no policy {label!r} in this study; it has {', '.join(self.labels)}."
            )
        return label

    def failed(self) -> int:
        """Return how many runs failed."""
        return int((self._outcomes["status"] != "ok").sum())

    # -- export ------------------------------------------------------------------------------------------

    def export_columns(self) -> list[str]:
        """Return the columns of an export: harm levels only where the study's own rows hold any."""
        rows = self._outcomes
        return [name for name in rows.columns if name not in HARM_LEVELS or bool(rows[name].notna().any())]

    def export_csv(self, path: Path | str) -> Path:
        """Write one row per run as CSV, sorted by policy and replicate; empty cells did not happen.

        No cell is a formula for the spreadsheet that opens it (`pages.cells`).
        """
        return self._export(Path(path), "FORMAT csv, HEADER", plain_cell_sql)

    def export_parquet(self, path: Path | str) -> Path:
        """Write one row per run as Parquet, sorted by policy and replicate."""
        return self._export(Path(path), "FORMAT parquet")

    def _export(self, path: Path, options: str, text: Callable[[str], str] | None = None) -> Path:
        texts = set(self._outcomes.select_dtypes(exclude=["number", "bool"]).columns) if text else set()
        names = ", ".join(
            text(name) if text and name in texts else f'"{name}"' for name in self.export_columns()
        )
        temporary = temporary_of(path)
        try:
            with connect() as connection:
                self._views(connection)
                connection.execute(
                    f"COPY (SELECT {names} FROM outcomes ORDER BY policy, replicate) "
                    f"TO {quoted(temporary)} ({options})"
                )
            settle(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        return path

    # -- recorded runs -----------------------------------------------------------------------------------

    def recorded(self) -> list[tuple[str, int]]:
        """Return (label, replicate) of the runs whose recording is in the folder, baseline first."""
        found = [(label, 0) for label in self.labels if self.recording_path(label).exists()]
        return sorted(found, key=lambda run: run[0] != self.baseline)

    def recording_path(self, label: str, replicate: int = 0) -> Path:
        """Return where the recording of a run lies."""
        return self.root / "recordings" / f"{self._stem(label)}-{replicate}.npz"

    def timeline_path(self, label: str, replicate: int = 0) -> Path:
        """Return where the timeline of a recorded run lies."""
        return self.root / "timelines" / f"{self._stem(label)}-{replicate}.csv"

    def timeline(self, label: str, replicate: int = 0) -> tuple[Any, ...]:
        """Return the timeline of a recorded run."""
        return read_timeline(self.timeline_path(label, replicate))

    def _stem(self, label: str) -> str:
        return file_stems(self.labels)[self.check_label(label)]


def outcome_column(name: str) -> OutcomeColumn:
    """Return what is known of an outcome, or say which outcomes exist."""
    try:
        return _COLUMNS[name]
    except KeyError:
        raise StudyError(f"outcome {name!r} is not known; allowed: {', '.join(_COLUMNS)}.") from None


def timeline_bytes(timeline: Sequence[Any]) -> bytes:
    """Return a timeline as the bytes of a CSV file; times keep every digit."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["time_s", "event", "who", "where", "note"])
    writer.writerows([repr(float(row.time_s)), row.event, row.who, row.where, row.note] for row in timeline)
    return text.getvalue().encode()


def read_timeline(path: Path) -> tuple[Any, ...]:
    """Return the timeline rows of a CSV file."""
    from sim.record.timeline import Row

    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Row(float(row["time_s"]), row["event"], row["who"], row["where"], row["note"])
            for row in csv.DictReader(file)
        )
