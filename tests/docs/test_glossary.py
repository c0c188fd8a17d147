"""Every term that the model claims to have is found in one file named after it or its concept."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT / "docs" / "glossary.csv"

FOUND_IN = {
    "Active shooter incident": ("sim/hazard/hazard.py", "hazard"),
    "SRO": ("sim/response/sro.py", "school resource officer"),
    "School security officer / campus security officer": ("sim/response/security.py", "security officer"),
    "Hold": ("sim/protection/refuge.py", "Hold"),
    "Secure (formerly Lockout)": ("sim/protection/locks.py", "Secure"),
    "Lockdown": ("sim/protection/lockdown.py", "Lockdown"),
    "Evacuate": ("sim/protection/lockdown.py", "Evacuate"),
    "Time barrier": ("sim/place/doors.py", "time barrier"),
    "ALICE / multi-option": ("sim/protection/leaving.py", "multi.option"),
    "Layered security": ("sim/data/policies/all-layers.toml", "layer"),
    "PSAP": ("sim/response/dispatch.py", "PSAP"),
    "Call answering": ("sim/response/dispatch.py", "answer"),
    "Call processing": ("sim/response/dispatch.py", "processing"),
    "Turnout / travel / response time": ("sim/response/dispatch.py", "travel"),
    "First arriving officer": ("sim/response/dispatch.py", "first arrival"),
    "Contact team": ("sim/response/teams.py", "contact team"),
    "Rescue team / RTF": ("sim/care/medical.py", "rescue task force"),
    "Hot / warm / cold zone": ("sim/care/medical.py", "warm zone"),
    "CCP": ("sim/care/casualty_collection.py", "casualty collection point"),
    "MCI": ("sim/care/casualty_collection.py", "mass casualty"),
    "Incident commander": ("sim/response/command.py", "incident commander"),
    "Unified command": ("sim/response/command.py", "unified command"),
    "ICP / staging area": ("sim/care/medical.py", "staging area"),
    "Barricaded subject": ("sim/response/command.py", "barricaded subject"),
    "Self-deployment": ("sim/response/deployment.py", "self.deploy"),
    "All clear": ("sim/recovery/recovery.py", "all-clear"),
    "SRT": ("sim/response/command.py", "school resource team"),
    "Reunification": ("sim/recovery/recovery.py", "reunification"),
}
"""Term of the glossary -> its file, and how it is written there."""

LATER = {"Tabletop exercise (TTX)", "MSEL / inject", "AAR / IP"}
"""Terms that come with the exercise."""


@pytest.mark.parametrize(
    ("term", "file", "written"), [pytest.param(term, *place, id=term) for term, place in FOUND_IN.items()]
)
def test_a_term_is_found_in_its_file(term, file, written):
    path = ROOT / file
    assert path.is_file(), f"{term}: {file} is not there"
    words = re.sub(r"\s+", " ", path.read_text(encoding="utf-8"))
    assert re.search(written, words, re.IGNORECASE), f"{term}: {file} does not name it"


def test_every_term_that_is_modelled_has_a_file():
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        modelled = {row["term"] for row in csv.DictReader(file) if row["modelled"] == "yes"}
    assert modelled == set(FOUND_IN) | LATER
