"""Runs that a replay shows: those that a study has recorded, or its first run again under two policies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.commands import common
from sim.errors import FirstMinutesError, StudyError

if TYPE_CHECKING:
    from buildings.plan import FloorPlan
    from experiments.study.results import Results
    from sim.given.policies import Policy
    from sim.given.scenario import Scenario


def from_folder(
    folder: Path, policies: str | None, building: str | None, scenario: str | None
) -> tuple[FloorPlan, list[Any]]:
    """Return the plan and the runs of a results folder that a replay shows.

    Parameters
    ----------
    folder : Path
        The results folder.
    policies : str or None
        Two labels of the study; the recorded pair when omitted.
    building, scenario : str or None
        File of the plan and of the scenario where the study's own are not found.
    """
    from experiments.study.results import Results

    results = Results.open(folder)
    recorded = results.recorded()
    labels = [label for label, _ in recorded] if policies is None else labels_of(results, policies)
    if not labels:
        raise StudyError(f"{folder}: holds no recorded run; name two of its policies with --policies A,B.")
    if not set(labels) <= {label for label, _ in recorded}:
        place = scenario_again(results, building, scenario)
        return place.plan, run_again(results, place, labels)
    about = results.manifest["scenario"]
    plan = common.load(None, building or about["building"]).plan
    if plan.content_hash() != about["plan_hash"]:
        raise StudyError(
            f"{about['building']}: the plan is not the one of this study; name that file with --building."
        )
    return plan, replay_runs(results, [(label, 0) for label in labels])


def labels_of(results: Results, policies: str) -> list[str]:
    """Return the two policies of a study that were asked for; all that is wrong is said at once."""
    names = common.split_list("--policies", policies)
    unknown = [name for name in names if name not in results.labels]
    if unknown:
        said = " and ".join(f"no policy {name!r}" for name in unknown)
        raise StudyError(f"--policies: {results.root} has {said}; it has {', '.join(results.labels)}.")
    return two_of(names)


def two_of(names: list[str]) -> list[str]:
    """Return the names if they are two different ones."""
    if len(names) != 2 or names[0] == names[1]:
        raise StudyError(f"--policies: found {', '.join(names)}; a replay shows two different policies.")
    return names


def scenario_again(results: Results, building: str | None, scenario: str | None) -> Scenario:
    """Return the scenario of a study, made again from its names, or say that it is not the same."""
    from sim.given.scenario_files import scenario_names

    about = results.manifest["scenario"]
    name = scenario or (about["name"] if about["name"] in scenario_names() else None)
    median_s = about.get("arrival_median_s")
    recorded = ", ".join(label for label, _ in results.recorded()) or "none"
    advice = (
        "so that its runs cannot be made again: give the scenario file of its command with --scenario, or "
        f"show what is recorded ({recorded})"
    )
    try:
        found = common.load(
            name,
            building or about["building"],
            day_part=about["day_part"],
            horizon_s=about["horizon_s"],
            arrival_minutes=None if median_s is None else median_s / 60.0,
        )
    except FirstMinutesError as error:
        raise StudyError(f"{results.root}: {str(error).rstrip('.')}, {advice}.") from None
    if found.fingerprint() != about["fingerprint"] or results.manifest.get("probabilistic"):
        raise StudyError(f"{results.root}: its scenario is not known from the folder alone, {advice}.")
    return found


def run_again(results: Results, place: Scenario, labels: Sequence[str]) -> list[Any]:
    """Run the first run of a study again under two of its policies, and record it."""
    from sim import MODEL_VERSION
    from sim.given.policies import Policy

    if str(results.manifest["model_version"]) != str(MODEL_VERSION):
        raise StudyError(
            f"{results.root}: was made with model {results.manifest['model_version']} and this is model "
            f"{MODEL_VERSION}, which gives other runs; run the study again, or show what is recorded."
        )
    of = {str(policy["label"]): policy for policy in results.manifest["policies"]}
    policies = [Policy(label, of[label]["plain_words"], of[label]["levers"]) for label in labels]
    made = simulate(place, policies, results.manifest["seed"], 0, record=True)
    return live_runs(policies, made)


def simulate(
    place: Scenario, policies: Sequence[Policy], seed: int | None, replicate: int, *, record: bool
) -> list[Any]:
    """Run one incident under each policy, with the same draws."""
    from sim.run import run_paired
    from sim.streams import RunKey

    if (seed or 0) < 0 or replicate < 0:
        raise StudyError(f"--seed and --replicate: found {seed} and {replicate}; allowed is 0 or more.")
    names = {policy.name for policy in policies} if record else set()
    key = replicate if seed is None else RunKey(seed, replicate)
    return list(run_paired(place, policies, key, record=names))


def live_runs(policies: Sequence[Policy], results: Sequence[Any]) -> list[Any]:
    """Return runs that were just made as the replay takes them."""
    from experiments.replay import ReplayRun

    return [
        ReplayRun(policy.name, policy.plain_words, result.recording, result.timeline)
        for policy, result in zip(policies, results, strict=True)
    ]


def replay_runs(results: Results, recorded: Sequence[tuple[str, int]]) -> list[Any]:
    """Return the recorded runs of a results folder as the replay takes them."""
    from experiments.replay import ReplayRun
    from sim.record.recording import Recording

    words = {policy["label"]: policy["plain_words"] for policy in results.manifest["policies"]}
    return [
        ReplayRun(
            label,
            words[label],
            Recording.load(results.recording_path(label, number)),
            results.timeline(label, number),
        )
        for label, number in recorded
    ]
