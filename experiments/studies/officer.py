"""What an officer inside is worth, when lockdown is slow and when it is fast: the full table of both."""

from __future__ import annotations

from pathlib import Path

from experiments.compare.comparison import mean_interval
from experiments.figures.common import new_figure
from experiments.pages.style import QUIET, house_style
from experiments.study.design import Arm, StudyDesign
from experiments.study.results import Results
from experiments.study.runner import run_study
from sim.given.policies import load_policy
from sim.given.scenario_files import load_scenario

SCHOOL = "high-school"
OFFICER = ("none", "district_roving", "on_campus_outside", "inside")
LOCKDOWN = {
    "slow": {"notify.channel": "phone_chain", "lock.type": "keyed_outside", "lockdown.training": "none"},
    "usual": {},
    "fast": {"notify.channel": "detection", "lock.type": "push_button", "lockdown.training": "quarterly"},
}
"""Speed of lockdown: how word gets round, the locks, and the training."""
OUTCOME = "exposure_person_s_vs_baseline"
_COLOUR = "#0072B2"


def label_of(speed: str, officer: str) -> str:
    """Return the label of a cell of the table."""
    return f"lockdown {speed}, sro.state={officer}"


def design(runs: int) -> StudyDesign:
    """Return the study of all twelve cells."""
    arms = []
    for speed, settings in LOCKDOWN.items():
        for officer in OFFICER:
            policy = load_policy("audit-average").with_lever("sro.state", officer)
            for lever, value in settings.items():
                policy = policy.with_lever(lever, value)
            arms.append(Arm(label_of(speed, officer), policy))
    return StudyDesign(load_scenario(building=SCHOOL), tuple(arms), runs=runs, seed=1)


def worth(results: Results, speed: str, outcome: str) -> tuple[float | None, float | None, float | None]:
    """Return the mean paired difference inside - none at a speed of lockdown, with its 95 % interval."""
    pairs = results.paired(outcome, label_of(speed, "none"))
    differences = pairs[pairs["policy"] == label_of(speed, "inside")]["difference"].dropna()
    return mean_interval(differences.to_numpy(dtype=float))


def run_officer(out: Path, runs: int, workers: int) -> str:
    """Run the table, draw the figure, and return the sentence."""
    results = run_study(design(runs), out / "officer", workers)
    found = {speed: worth(results, speed, OUTCOME) for speed in LOCKDOWN}
    _draw(found, out / "officer.png")
    return sentence(found)


def sentence(found: dict[str, tuple[float | None, float | None, float | None]]) -> str:
    """Say what the officer inside is worth at each speed of lockdown."""
    parts = [
        f"{speed}: {mean:+.0f} person-seconds of exposure ({low:+.0f} to {high:+.0f})"
        for speed, (mean, low, high) in found.items()
        if mean is not None and low is not None and high is not None
    ]
    return "An officer inside against none, by speed of lockdown: " + "; ".join(parts) + "."


def _draw(found: dict[str, tuple[float | None, float | None, float | None]], path: Path) -> None:
    with house_style():
        figure = new_figure(2.4)
        axes = figure.subplots()
        axes.axvline(0.0, color=QUIET, lw=1.0)
        for y, (mean, low, high) in enumerate(found.values()):
            if mean is not None and low is not None and high is not None:
                axes.hlines(y, low, high, color=_COLOUR, lw=2.2)
                axes.plot(mean, y, "o", color=_COLOUR, ms=6)
        axes.set_yticks(range(len(found)), [f"lockdown {speed}" for speed in found])
        axes.set_ylim(len(found) - 0.5, -0.5)
        axes.set(
            title="What an officer inside changes, by speed of lockdown",
            xlabel="person-seconds of exposure, inside minus none: mean and 95 % interval",
        )
        figure.savefig(path)
