"""Results of a study, for everybody who reads them: tables, SQL, pairs and the recorded runs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.pages.cells import plain_cell_sql
from experiments.study.chunks import table_sql
from experiments.study.folder import file_stems, read_manifest
from experiments.study.outside import RESPONSE
from experiments.study.parts import connect, parquet_parts, quoted, settle, temporary_of
from sim.errors import StudyError
from sim.given import disclosure
from sim.record.declared import OutcomeColumn
from sim.view.outcome import HARM_CENSORED, HARM_LEVELS, OUTCOMES, censored_name

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
        if results._has_run_ids and not results.is_ours:
            raise StudyError(
                f"{root}: holds single runs of a plan from outside, as earlier versions kept them; run the "
                "study again into a new folder."
            )
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
    def is_ours(self) -> bool:
        """Whether the plan is a shipped one: by what is kept and by its hash, so by no edit of a manifest."""
        return self._has_run_ids and disclosure.is_ours_hash(self.manifest["scenario"].get("plan_hash"))

    @cached_property
    def _has_run_ids(self) -> bool:
        """Whether single runs are kept; of a plan from outside chunks of them are."""
        with connect() as connection:
            rows = f"SELECT * FROM {table_sql(self.root, 'outcomes', is_complete=self.is_complete)} LIMIT 0"
            return "run_id" in connection.execute(rows).df().columns

    @property
    def _order(self) -> str:
        return "policy, replicate" if self._has_run_ids else "policy, pair"

    @property
    def outcome_names(self) -> tuple[str, ...]:
        """Outcomes that the study compares pair by pair: of a plan from outside times and shares."""
        if not self.is_ours:
            return RESPONSE
        return tuple(c.name for c in OUTCOMES if c.name not in HARM_LEVELS and c.kind != "info")

    @property
    def horizon_s(self) -> float:
        """Seconds after which a run ends in any case; what had not happened by then is censored."""
        return float(self.manifest["scenario"]["horizon_s"])

    def outcomes(self) -> pd.DataFrame:
        """Return one row per run, sorted by policy and replicate; what did not happen is missing.

        Of a plan from outside: one row per pair and policy, its pairs numbered in the order of their values.
        """
        return self._outcomes.copy()

    @cached_property
    def _outcomes(self) -> pd.DataFrame:
        rows = self.sql(f"SELECT * FROM outcomes ORDER BY {self._order}")
        return rows if self._has_run_ids else rows.assign(status="ok")

    def curves(self) -> pd.DataFrame:
        """Return shares secured over time: policy, t_s, share_secured and, of a shipped plan, replicate."""
        order = "policy, replicate, t_s" if self._has_run_ids else "policy, t_s, share_secured"
        return self.sql(f"SELECT * FROM curves ORDER BY {order}")

    def harm_sums(self) -> pd.DataFrame:
        """Return the sums of harm that a study of a plan from outside keeps, per chunk and two policies."""
        with connect() as connection:
            rows = table_sql(self.root, "harm", is_complete=self.is_complete)
            return connection.execute(
                f"SELECT * FROM {rows} ORDER BY chunk, outcome, policy_a, policy_b"
            ).df()

    def failures(self) -> pd.DataFrame:
        """Return how many pairs of a plan from outside failed, per chunk and reason."""
        with connect() as connection:
            rows = table_sql(self.root, "failures", is_complete=self.is_complete)
            return connection.execute(f"SELECT * FROM {rows} ORDER BY chunk, reason").df()

    def parameters(self) -> pd.DataFrame:
        """Return what a probabilistic study drew: one row per replicate, one column per parameter.

        Raises
        ------
        StudyError
            If the study drew none, is not complete, or is of a plan from outside.
        """
        if not self.is_ours:
            raise StudyError(f"{self.root}: keyed draws of a plan from outside are kept for no run.")
        path = self.root / "parameters.parquet"
        if not self.is_complete or not path.exists():
            raise StudyError(
                f"{self.root}: no drawn parameters; a complete study of `compare --probabilistic` has them."
            )
        with connect() as connection:
            return connection.execute(f"SELECT * FROM read_parquet({quoted(path)}) ORDER BY replicate").df()

    def sql(self, text: str) -> pd.DataFrame:
        """Ask the tables ``outcomes`` and ``curves`` a question in DuckDB's SQL; it reads nothing else."""
        with connect() as connection:
            self._views(connection)
            for table in ("outcomes", "curves"):  # read now: the question reads no file of another study
                connection.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}")
            connection.execute("SET enable_external_access = false")
            return connection.execute(text).df()

    def _views(self, connection: Any) -> None:
        """Define the two tables: the merged files, or the parts of a study that is not complete."""
        if not self._has_run_ids:
            runs, curves = (
                table_sql(self.root, table, is_complete=self.is_complete) for table in ("outcomes", "curves")
            )
        elif self.is_complete:
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

        column, key = outcome_column(outcome), "replicate" if self._has_run_ids else "pair"
        if not self.is_ours and outcome not in RESPONSE:
            raise StudyError(
                f"{outcome}: of a plan from outside only times and shares are compared pair by pair."
            )
        if outcome in HARM_LEVELS:
            raise StudyError(
                f"{outcome}: harm is compared as a paired difference only; use {outcome}_vs_baseline."
            )
        base = self.check_label(baseline or self.baseline)
        names = ["policy", key, outcome]
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
        pairs = rows[rows["policy"] != base].merge(reference, on=key, validate="many_to_one")
        pairs["difference"] = pairs["value"] - pairs["baseline_value"]
        order = pd.Categorical(
            pairs["policy"], [label for label in self.labels if label != base], ordered=True
        )
        pairs = pairs.assign(_order=order).sort_values(["_order", key]).drop(columns="_order")
        return pairs.reset_index(drop=True)

    def check_label(self, label: str) -> str:
        """Return the label when the study has it."""
        if label not in self.labels:
            raise StudyError(
                f"{self.root}: no policy {label!r} in this study; it has {', '.join(self.labels)}."
            )
        return label

    def failed(self) -> int:
        """Return how many runs failed; of a plan from outside how many pairs."""
        if not self._has_run_ids:
            return int(self.failures()["pairs"].sum())
        return int((self._outcomes["status"] != "ok").sum())

    # -- export ------------------------------------------------------------------------------------------

    def export_columns(self) -> list[str]:
        """Return the columns of an export: harm levels only where the study's own rows hold any."""
        rows = self._outcomes
        if not self._has_run_ids:
            return [name for name in rows.columns if name != "status"]
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
                    f"COPY (SELECT {names} FROM outcomes ORDER BY {self._order}) "
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
