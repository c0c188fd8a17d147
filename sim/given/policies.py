"""Response policies: what a planner chooses. A policy is a level for every lever, and nothing else.

A policy file is TOML with `name`, `plain_words` and a table `[levers]`; what it does not name stays at the
neutral level. Unknown names are refused with a suggestion.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from importlib.resources import files
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import PolicyError, closest, together
from sim.given.levers import LEVERS, Level, Lever, find_lever, read_levers, sweep_refusal
from sim.given.names import LeverName
from sim.given.toml_files import SCENARIO_ONLY, flatten, read_toml

if TYPE_CHECKING:
    from sim.given.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Policy:
    """A response policy: `policy["entry.policy"]` is the level of a lever.

    Parameters
    ----------
    name : str
        Label in tables and figures.
    plain_words : str
        What it means, for a reader who was not in the room.
    settings : mapping
        Levels of the levers that it sets; the others are neutral, or as the scenario sets them.

    Raises
    ------
    PolicyError
        If a setting is no lever, or no level of it.
    """

    name: str
    plain_words: str = ""
    settings: Mapping[str, Level] = field(default_factory=dict)

    def __post_init__(self) -> None:
        where = f"policy '{self.name}'"
        checked = {
            name: find_lever(name, where).accept(value, where) for name, value in self.settings.items()
        }
        object.__setattr__(self, "settings", checked)

    def __hash__(self) -> int:
        return hash((self.name, self.fingerprint()))

    def __getitem__(self, lever: LeverName) -> Level:
        value = self.settings.get(lever)
        return find_lever(lever, f"policy '{self.name}'").neutral if value is None else value

    def number(self, lever: LeverName) -> float:
        """Return the level of a lever that takes a number, in the lever's unit."""
        return float(self[lever])

    @property
    def levers(self) -> dict[LeverName, Level]:
        """The level of every lever."""
        return {name: self[name] for name in LEVERS}

    @property
    def waits_for_command(self) -> bool:
        """Whether nobody enters before command orders it: by entry policy or by the gate on top of it."""
        return self["entry.policy"] == "wait_for_command" or bool(self["entry.wait_for_command"])

    def with_lever(self, name: str, value: object, label: str | None = None) -> Policy:
        """Return the policy with one lever at another level; under a name of its own its words say so.

        Raises
        ------
        PolicyError
            If there is no such lever or level.
        """
        settings: dict[str, Any] = {**self.settings, name: value}
        changed = replace(self, name=label or self.name, settings=settings)
        if changed.name == self.name:
            return changed
        return replace(
            changed, plain_words=f"{self.plain_words} Here with {name} = {changed.settings[name]}.".lstrip()
        )

    def under(self, scenario: Scenario) -> Policy:
        """Return the policy on top of the lever settings of a scenario: the policy's own settings win."""
        return replace(self, settings={**scenario.lever_settings, **self.settings})

    def fingerprint(self) -> str:
        """Return a hash of what the policy sets, whatever it is called.

        A lever that is set to its neutral level counts, because it wins over a scenario's setting.
        """
        return sha256(dumps(dict(self.settings), sort_keys=True).encode()).hexdigest()[:32]


def policy_names() -> list[str]:
    """Return the names of the shipped policies, baseline first."""
    names = sorted(
        path.name.removesuffix(".toml") for path in files("sim").joinpath("data", "policies").iterdir()
    )
    return ["audit-average", *[name for name in names if name != "audit-average"]]


def load_policy(name_or_path: str | Path) -> Policy:
    """Load a policy by its name, or from a TOML file.

    Raises
    ------
    PolicyError
        If there is no such policy, or the file cannot be used.
    """
    text = str(name_or_path)
    if text in policy_names():
        source = files("sim").joinpath("data", "policies", f"{text}.toml")
        return read_policy(tomllib.loads(source.read_text(encoding="utf-8")), text)
    if _is_given(text):
        return read_policy(read_toml(Path(text), PolicyError), str(Path(text)))
    raise PolicyError(_unknown([text]))


def load_policies(names: Sequence[str]) -> list[Policy]:
    """Load several policies, or say at once all that is wrong with them.

    Raises
    ------
    PolicyError
        As `load_policy`.
    """
    unknown = [name for name in names if not _is_given(name)]
    wrong = [_unknown(unknown)] if unknown else []
    found = []
    for name in names:
        if name in unknown:
            continue
        try:
            found.append(load_policy(name))
        except PolicyError as error:
            wrong.append(str(error))
    if wrong:
        raise PolicyError(together(wrong))
    return found


def _is_given(name: str) -> bool:
    return name in policy_names() or Path(name).suffix == ".toml" or Path(name).is_file()


def _unknown(wrong: Sequence[str]) -> str:
    """Say which names are no policies, and which there are."""
    names = policy_names()
    said = " and ".join(f"no policy '{name}'" for name in wrong)
    meant = "".join(closest(name, names) for name in wrong)
    return (
        f"there is {said}.{meant} There are: {', '.join(names)}; or give the path of a policy file (.toml)."
    )


def read_policy(content: Mapping[str, Any], where: str) -> Policy:
    """Turn the content of a policy file into a policy.

    Raises
    ------
    PolicyError
        If a key is unknown or a level impossible.
    """
    of_scenario = [key for key in SCENARIO_ONLY if key in content]
    if of_scenario:
        raise PolicyError(
            f"{where}: this is a scenario, since it has `{of_scenario[0]}`; give it as the scenario "
            "(--scenario). A policy has `name`, `plain_words` and a table `[levers]`, and no more."
        )
    allowed = ("name", "plain_words", "levers")
    wrong = [
        f"{where}: unknown key '{key}'; allowed are {', '.join(allowed)}.{closest(key, allowed)}"
        for key in content
        if key not in allowed
    ]
    name, words, levers = content.get("name"), content.get("plain_words", ""), content.get("levers", {})
    if not isinstance(name, str) or not name.strip():
        wrong.append(f"{where}: `name` is missing or empty; give the policy a name in quotes.")
    if not isinstance(words, str):
        wrong.append(f"{where}: `plain_words` is {words!r}; give a sentence in quotes.")
    settings: dict[str, Level] = {}
    if not isinstance(levers, dict):
        wrong.append(f"{where}: `levers` is {levers!r}; write a table `[levers]` with one lever per line.")
    else:
        try:
            settings = read_levers(flatten(levers), where)
        except PolicyError as error:
            wrong.append(str(error))
    if wrong:
        raise PolicyError(together(wrong))
    return Policy(str(name), str(words), settings)


__all__ = [
    "LEVERS",
    "Lever",
    "Policy",
    "find_lever",
    "load_policies",
    "load_policy",
    "policy_names",
    "read_policy",
    "sweep_refusal",
]
