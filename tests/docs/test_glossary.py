"""Every term that the model claims to have is found in one file named after it or its concept."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GLOSSARY = ROOT.parent / "shared" / "reference" / "data" / "glossary.csv"

FOUND_IN = {
    "Active shooter incident": ("sim/hazard.py", "hazard"),
    "SRO": ("sim/sro.py", "school resource officer"),
    "School security officer / campus security officer": ("sim/security.py", "security officer"),
    "Hold": ("sim/refuge.py", "Hold"),
    "Secure (formerly Lockout)": ("sim/locks.py", "Secure"),
    "Lockdown": ("sim/lockdown.py", "Lockdown"),
    "Evacuate": ("sim/lockdown.py", "Evacuate"),
    "Time barrier": ("sim/doors.py", "time barrier"),
    "ALICE / multi-option": ("sim/leaving.py", "multi.option"),
    "Layered security": ("sim/data/policies/all-layers.toml", "layer"),
    "PSAP": ("sim/dispatch.py", "PSAP"),
    "Call answering": ("sim/dispatch.py", "answer"),
    "Call processing": ("sim/dispatch.py", "processing"),
    "Turnout / travel / response time": ("sim/dispatch.py", "travel"),
    "First arriving officer": ("sim/dispatch.py", "first arrival"),
    "Contact team": ("sim/responders.py", "contact team"),
    "Rescue team / RTF": ("sim/medical.py", "rescue task force"),
    "Hot / warm / cold zone": ("sim/medical.py", "warm zone"),
    "CCP": ("sim/casualty_collection.py", "casualty collection point"),
    "MCI": ("sim/casualty_collection.py", "mass casualty"),
    "Incident commander": ("sim/command.py", "incident commander"),
    "Unified command": ("sim/command.py", "unified command"),
    "ICP / staging area": ("sim/medical.py", "staging area"),
    "Barricaded subject": ("sim/command.py", "barricaded subject"),
    "Self-deployment": ("sim/deployment.py", "self.deploy"),
    "All clear": ("sim/recovery.py", "all-clear"),
    "SRT": ("sim/command.py", "school resource team"),
    "Reunification": ("sim/recovery.py", "reunification"),
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


@pytest.mark.skipif(not GLOSSARY.is_file(), reason="the reference data are not here")
def test_every_term_that_is_modelled_has_a_file():
    with GLOSSARY.open(encoding="utf-8", newline="") as file:
        modelled = {row["term"] for row in csv.DictReader(file) if row["modelled"] == "yes"}
    assert modelled == set(FOUND_IN) | LATER
