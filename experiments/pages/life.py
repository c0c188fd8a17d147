"""The life of an incident in twelve lines: what happens, and the file that it happens in."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One step of an incident: what happens, and where in the sources."""

    what: str
    file: str


LIFE = (
    Line(
        "A plan is compiled for walking and seeing; people are drawn into its rooms.", "sim/place/compile.py"
    ),
    Line(
        "The hazard starts in a place drawn with its key and walks at random through open doors.",
        "sim/hazard/hazard.py",
    ),
    Line("Who hears or sees it is alarmed; word spreads and the office announces.", "sim/alert/alerting.py"),
    Line("Classes lock, hide or leave, as the policy lets them.", "sim/protection/lockdown.py"),
    Line("Whoever is in no room seeks one, and knocks late at a locked door.", "sim/protection/refuge.py"),
    Line(
        "Somebody calls; the first report is answered, processed and dispatched.", "sim/response/dispatch.py"
    ),
    Line("Officers arrive one by one; an officer inside may be there from the start.", "sim/response/sro.py"),
    Line("The entry policy says when a team of how many goes in.", "sim/response/entry.py"),
    Line(
        "The team walks to the wing of the last report and searches the nearest spaces.",
        "sim/response/search.py",
    ),
    Line(
        "First contact ends the threat; command is set up and may become unified.", "sim/response/command.py"
    ),
    Line(
        "Medics stage, go in as rescue task forces, give first care and carry patients out.",
        "sim/care/medical.py",
    ),
    Line(
        "Rooms are searched and cleared, people released and reunited; the outcome is summed up.",
        "sim/recovery/recovery.py",
    ),
)


def life() -> str:
    """Return the twelve lines as text, numbered, each with its file."""
    return "\n".join(f"{number:2}. {line.what} ({line.file})" for number, line in enumerate(LIFE, 1))
