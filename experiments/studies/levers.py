"""Vary every response lever one at a time, in both schools, and look at the signs.

    python -m experiments.studies.levers --out lever-study             33,000 runs: half an hour, two cores
    python -m experiments.studies.levers --out lever-study --runs 20   a first look

Levers that have the same base are one study, so that the base is run once. The same command goes on where it
was stopped. It writes one tornado figure per outcome and school, `signs.csv` (every expected sign beside what
was found), and `officer.png`: what an officer inside is worth when lockdown is slow and when it is fast.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from experiments.compare.comparison import Comparison, compare
from experiments.studies.expected import BASES, SIGNS, Base, Sign
from experiments.studies.officer import run_officer
from experiments.studies.page import write_page
from experiments.studies.tornado import draw_tornado
from experiments.study.design import Arm, StudyDesign
from experiments.study.results import Results
from experiments.study.runner import run_study
from sim.given.levers import LEVERS, word
from sim.given.names import LeverName
from sim.given.policies import Policy, load_policy
from sim.given.scenario_files import load_scenario
from sim.view.outcome import OUTCOMES

SCHOOLS = ("elementary", "high-school")
BASE = "base"


def base_policy(base: Base) -> Policy:
    """Return the policy that levers of this base are varied from."""
    policy = load_policy(base.preset)
    for lever, value in base.settings:
        policy = policy.with_lever(lever, value)
    return policy


def label_of(lever: str, level: object) -> str:
    """Return the label of a level of a lever."""
    return f"{lever}={word(level)}"  # type: ignore[arg-type]


def designs(school: str, runs: int, seed: int = 1) -> dict[Base, StudyDesign]:
    """Return one study per base: the base, and every other level of every lever that is varied from it."""
    by_base: dict[Base, list[LeverName]] = defaultdict(list)
    for lever in LEVERS:
        by_base[BASES.get(lever, Base())].append(lever)
    scenario = load_scenario(building=school)
    found = {}
    for base, levers in by_base.items():
        policy = base_policy(base)
        arms = [Arm(BASE, policy)]
        for lever in levers:
            for level in LEVERS[lever].levels:
                if level != policy[lever]:
                    label = label_of(lever, level)
                    arms.append(Arm(label, policy.with_lever(lever, level, label=label)))
        found[base] = StudyDesign(scenario, tuple(arms), runs=runs, seed=seed, baseline=BASE)
    return found


def verdict(sign: Sign, found: Comparison | None) -> str:
    """Return "holds", "contradicts", "not clear" or "no pair" for an expected sign."""
    if found is None or found.diff_mean is None:
        return "no pair"
    if sign.sign == 0:
        is_none = found.diff_low == found.diff_high == found.diff_mean == 0
        return "holds" if is_none else "contradicts"
    if not found.is_clear:
        return "not clear"
    return "holds" if (found.diff_mean > 0) == (sign.sign > 0) else "contradicts"


def signs_of(school: str, found: Sequence[Comparison]) -> list[dict[str, object]]:
    """Return a row for every expected sign of the levers that were varied."""
    by_key = {(c.policy, c.outcome): c for c in found}
    labels = {c.policy for c in found}
    rows: list[dict[str, object]] = []
    for sign in SIGNS:
        label = label_of(sign.lever, sign.level)
        if label in labels:
            c = by_key.get((label, sign.outcome))
            rows.append(
                {
                    "school": school,
                    "level": label,
                    "outcome": sign.outcome,
                    "expected": "+-0"[(1 - sign.sign) // 2 if sign.sign else 2],
                    "mean": None if c is None else c.diff_mean,
                    "low": None if c is None else c.diff_low,
                    "high": None if c is None else c.diff_high,
                    "n_pairs": 0 if c is None else c.n_pairs,
                    "verdict": verdict(sign, c),
                }
            )
    return rows


def write_signs(rows: Sequence[dict[str, object]], path: Path) -> None:
    """Write the table of signs."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def run_all(school: str, runs: int, out: Path, workers: int) -> list[Results]:
    """Run all studies of a school."""
    results = []
    for number, (base, design) in enumerate(designs(school, runs).items(), start=1):
        click.echo(f"{school}, {number}: {base.label}, {len(design.arms)} policies x {runs} runs", err=True)
        results.append(run_study(design, out / school / base.label.replace(" ", "_"), workers))
    return results


def draw(school: str, found: Iterable[Comparison], out: Path) -> None:
    """Draw one tornado per outcome; harm is a difference to the base, as everywhere."""
    by_outcome: dict[str, list[Comparison]] = defaultdict(list)
    for c in found:
        by_outcome[c.outcome].append(c)
    titles = {column.name: column.title for column in OUTCOMES}
    for name, those in by_outcome.items():
        draw_tornado(those, f"{titles[name]}: {school}", out / school / f"tornado-{name}.png")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("lever-study"), show_default=True)
@click.option("--runs", type=click.IntRange(2), default=200, show_default=True, help="Paired runs per level.")
@click.option("--workers", type=int, default=0, help="Worker processes.  [default: one per core]")
@click.option("--school", type=click.Choice(SCHOOLS), multiple=True, help="Only this school.")
@click.option("--page", type=click.Path(path_type=Path), help="Also write the page of the study there.")
def main(out: Path, runs: int, workers: int, school: tuple[str, ...], page: Path | None) -> None:
    """Vary every lever one at a time, compare the signs with what is expected, and draw tornado figures."""
    rows: list[dict[str, object]] = []
    for name in school or SCHOOLS:
        found = [c for results in run_all(name, runs, out, workers) for c in compare(results)]
        draw(name, found, out)
        rows += signs_of(name, found)
    write_signs(rows, out / "signs.csv")
    for row in rows:
        if row["verdict"] == "contradicts":
            click.echo(f"contradicts: {row}")
    counts = {
        v: sum(row["verdict"] == v for row in rows) for v in ("holds", "not clear", "no pair", "contradicts")
    }
    click.echo(", ".join(f"{n} {what}" for what, n in counts.items()))
    sentence = run_officer(out, runs, workers)
    click.echo(sentence)
    if page is not None:
        write_page(rows, sentence, runs, out, page)


if __name__ == "__main__":
    main()
