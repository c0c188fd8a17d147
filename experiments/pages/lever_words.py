"""What each lever and each of its levels means, in plain words (`lever_words.csv`)."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from sim.given.levers import LEVERS, Level, word
from sim.given.names import LeverName

GROUPS: dict[str, tuple[str, ...]] = {
    "Notice and lockdown": ("notify.", "lockdown.", "drill.", "exit."),
    "Doors and locks": ("lock.", "locks.", "exterior.", "entrance."),
    "Dispatch and arrival": ("psap.", "patrol.", "agency.", "district.", "self_deployment", "joint_training"),
    "Officers at the school": ("sro.", "security."),
    "Entry": ("entry.",),
    "Command": ("command.",),
    "Care": ("ems.", "aid."),
    "Recovery": ("recovery.", "reunification."),
}
"""Groups of levers in the order of the response, by how their names begin."""


@lru_cache(maxsize=1)
def _words() -> dict[tuple[str, str], str]:
    text = files("experiments.pages").joinpath("lever_words.csv").read_text(encoding="utf-8")
    return {(row["lever"], row["level"]): row["words"] for row in csv.DictReader(text.splitlines())}


def lever_words(name: str) -> str:
    """Return what a lever is, or a number that an agency measures for itself, as a sentence."""
    return _words()[name, ""]


def level_words(name: str, level: Level) -> str:
    """Return what a level of a lever means; nothing for numbers and for yes and no."""
    return _words().get((name, word(level)), "")


def groups() -> dict[str, list[LeverName]]:
    """Return the names of all levers by group."""
    return {
        title: [name for name in LEVERS if name.startswith(beginnings)]
        for title, beginnings in GROUPS.items()
    }
