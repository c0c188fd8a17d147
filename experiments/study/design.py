"""What a study is made of: one scenario, a list of policies, a number of paired runs.

A study holds one plan, one day part and one area (they are blocks, never factors); what varies between its
arms is how the response is organised. Replicate ``r`` of every arm shares the run key ``(seed, r)``, so that
two arms share every draw until their policies really differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.errors import StudyError
from sim.given import disclosure
from sim.streams import RunKey

if TYPE_CHECKING:
    from sim.given.policies import Policy
    from sim.given.scenario import Scenario

MAX_RUNS = 1_000_000
MAX_LABEL = 80


@dataclass(frozen=True)
class Arm:
    """One policy of a study under the label that tables and figures show.

    Attributes
    ----------
    label : str
        Unique within the study.
    policy : Policy
        The complete set of levers.
    """

    label: str
    policy: Policy


@dataclass(frozen=True)
class StudyDesign:
    """Everything that decides the rows of a study; nothing that does not.

    Attributes
    ----------
    scenario : Scenario
        The place, the people and the day, the same for every arm.
    arms : tuple of Arm
        The policies in the order in which they are shown.
    runs : int
        Paired runs (replicates) per arm; of a plan from outside rounded up to whole chunks.
    seed : int, optional
        Study seed, 0 to 2**64 - 1; 1 when omitted. A plan from outside has its own, and takes no other.
    baseline : str
        Label of the arm that every other arm is compared with; empty means the first.
    model_version : str
        Version of the model's behaviour; a new one makes another study.
    probabilistic : bool
        Draw the weak parameters anew for every replicate, the same for all arms; see
        ``sim.given.probabilistic``.
    """

    scenario: Scenario
    arms: tuple[Arm, ...]
    runs: int = 200
    seed: int | None = None
    baseline: str = ""
    model_version: str = field(default_factory=lambda: model_version())
    probabilistic: bool = False

    def __post_init__(self) -> None:
        if not self.arms:
            raise StudyError("a study needs at least one policy; see `firstminutes list policies`.")
        if not 1 <= self.runs <= MAX_RUNS:
            raise StudyError(f"runs: found {self.runs}; allowed is 1 to {MAX_RUNS} paired runs.")
        if self.seed is not None and not 0 <= self.seed < 2**64:
            raise StudyError(f"seed: found {self.seed}; allowed is a whole number from 0 to 2**64 - 1.")
        object.__setattr__(self, "seed", disclosure.seed_of(self.scenario, self.seed))
        object.__setattr__(self, "runs", disclosure.whole_chunks(self.scenario, self.runs))
        self._check_labels()
        if not self.baseline:
            object.__setattr__(self, "baseline", self.arms[0].label)
        if self.baseline not in self.labels:
            raise StudyError(
                f"baseline: found {self.baseline!r}; it must be one of the study's policies: "
                f"{', '.join(self.labels)}."
            )

    def _check_labels(self) -> None:
        seen: set[str] = set()
        for label in self.labels:
            if not label.strip() or len(label) > MAX_LABEL or not label.isprintable():
                raise StudyError(
                    f"policy label {label!r}: a label has 1 to {MAX_LABEL} printable characters; "
                    "rename the policy."
                )
            if label in seen:
                raise StudyError(
                    f"policy label {label!r} appears twice in this study; give one of them another name."
                )
            seen.add(label)

    @property
    def is_ours(self) -> bool:
        """Whether the plan is a shipped one: then every run is kept, else chunks of them."""
        return disclosure.is_ours(self.scenario.plan)

    def key(self, replicate: int) -> RunKey:
        """Return the run key that all arms of a replicate share."""
        return RunKey(disclosure.seed_of(self.scenario, self.seed), replicate)

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of all arms, in the order shown."""
        return tuple(arm.label for arm in self.arms)

    @property
    def baseline_first(self) -> tuple[Arm, ...]:
        """The arms with the baseline in front: the order in which the model pairs them."""
        return tuple(sorted(self.arms, key=lambda arm: arm.label != self.baseline))

    @property
    def recorded_labels(self) -> tuple[str, ...]:
        """Arms whose replicate 0 is recorded for the replay: the baseline and the next."""
        return tuple(arm.label for arm in self.baseline_first[:2])

    def identity(self) -> dict[str, Any]:
        """Return what makes this study this study; the number of runs may grow and is not in it."""
        return {
            "model_version": self.model_version,
            "scenario": self.scenario.fingerprint(),
            "policies": [[arm.label, self.fingerprint_of(arm)] for arm in self.arms],
            "baseline": self.baseline,
            "seed": self.seed,
        } | self._drawn()

    def _drawn(self) -> dict[str, Any]:
        """Return what the mode adds to an identity: nothing where it is off, so that older folders go on."""
        return {"probabilistic": True} if self.probabilistic else {}

    def scenario_of(self, replicate: int) -> Scenario:
        """Return the scenario that all arms of a replicate share."""
        if not self.probabilistic:
            return self.scenario
        from sim.given.probabilistic import drawn_scenario

        return drawn_scenario(self.scenario, self.key(replicate))

    def fingerprint_of(self, arm: Arm) -> str:
        """Return the hash of an arm's levers as they hold in this scenario, whatever the arm is called."""
        return arm.policy.under(self.scenario).fingerprint()

    def fingerprint(self) -> str:
        """Return the identity as 16 hexadecimal digits."""
        return _digest(self.identity())[:16]

    def run_ids(self, replicates: Iterable[int]) -> dict[tuple[str, int], str]:
        """Return the id of each stored row by (label, replicate).

        The id holds the policy, unlike the run key of the draws, and the baseline's policy, because the
        ``*_vs_baseline`` columns of a row depend on it.
        """
        base = {
            "model_version": self.model_version,
            "scenario": self.scenario.fingerprint(),
            "seed": self.seed,
            "baseline": self.fingerprint_of(self.baseline_first[0]),
        } | self._drawn()
        of_arm = [(arm.label, base | {"policy": self.fingerprint_of(arm)}) for arm in self.arms]
        return {
            (label, replicate): _digest(what | {"label": label, "replicate": replicate})[:32]
            for replicate in replicates
            for label, what in of_arm
        }


def arms_of(policies: Sequence[Policy]) -> tuple[Arm, ...]:
    """Return one arm per policy, labelled with the policy's name."""
    return tuple(Arm(policy.name, policy) for policy in policies)


def sweep(arms: Sequence[Arm], lever: str, values: Sequence[Any], unit: str = "") -> tuple[Arm, ...]:
    """Return every arm at every level of one lever.

    Parameters
    ----------
    arms : sequence of Arm
        The arms to vary.
    lever : str
        A lever of ``sim.given.policies``; anything else (a hazard value, a room, a door) is refused by name.
    values : sequence
        Levels; each gives an arm ``<label> <lever>=<value>``.
    unit : str
        Text behind the value in the label.
    """
    from sim.given.levers import sweep_refusal

    sweep_refusal(lever, values)
    if not values:
        raise StudyError(f"sweep of {lever}: no value given; write for example {lever}=A,B.")
    swept = []
    for arm in arms:
        for value in values:
            shown = str(value).lower() if isinstance(value, bool) else value
            label = f"{arm.label} {lever}={shown}{unit}"
            swept.append(Arm(label, arm.policy.with_lever(lever, value, label=label)))
    return tuple(swept)


def delay_sweep(arms: Sequence[Arm], delays_s: Sequence[float]) -> tuple[Arm, ...]:
    """Return every arm with each plain delay of entry, labelled such as ``immediate-entry +60 s``.

    Parameters
    ----------
    arms : sequence of Arm
        The arms to vary.
    delays_s : sequence of float
        Seconds added between the moment the policy lets a team enter and its entry; 0 or more.
    """
    from sim.given.levers import sweep_refusal

    for delay in delays_s:
        if not 0 <= delay < float("inf"):
            raise StudyError(f"entry delay: found {delay:g} s; a delay is 0 s or more.")
    sweep_refusal("entry.delay_s", delays_s)
    swept = []
    for arm in arms:
        for delay in delays_s:
            own = float(arm.policy["entry.delay_s"])
            label = arm.label if delay == own == 0 else f"{arm.label} +{delay:g} s"
            swept.append(Arm(label, arm.policy.with_lever("entry.delay_s", delay, label=label)))
    return tuple(swept)


def model_version() -> str:
    """Return the version of the model's behaviour, which is bumped when any row changes."""
    from sim import MODEL_VERSION

    return MODEL_VERSION


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
