"""Plans from what districts have: one importer per format, one assembler behind them all.

`import_plan` reads a file of any format in `formats.FORMATS`, in a process of its own that is bounded in time
and memory, and returns a plan together with a report on every guess.
"""

from __future__ import annotations

from pathlib import Path

from buildings.importers.formats import checked_format, importer, is_foreign
from buildings.importers.report import Imported, imported, sentences

__all__ = ["Imported", "import_here", "import_plan", "is_foreign", "sentences"]


def import_plan(path: Path | str, *, unit: str | None = None, seconds: float = 60.0) -> Imported:
    """Import a floor plan.

    Parameters
    ----------
    path : Path or str
        The file.
    unit : str, optional
        The unit of its lengths (m, ft, in, cm, mm), where what the file says is wrong or nothing.
    seconds : float
        Computing time that reading may take.

    Returns
    -------
    Imported
        The plan, and the report on what was found, guessed and left out.

    Raises
    ------
    PlanError
        If the file cannot be read as a plan; one sentence.
    """
    from buildings.importers.fence import fenced

    checked_format(Path(path))
    return fenced(Path(path), unit, seconds)


def import_here(path: Path | str, *, unit: str | None = None) -> Imported:
    """Import a floor plan in this process, unbounded: for what `import_plan` starts, and for tests."""
    from buildings.errors import PlanError
    from buildings.importers.assemble import assemble
    from buildings.importers.settle import settle

    path = Path(path)
    raw = importer(checked_format(path)).read(path)
    try:
        found = assemble(raw, unit)
        return imported(path.name, found, settle(found.plan))
    except PlanError as problem:
        raise problem if str(path) in str(problem) else PlanError(f"{path}: {problem}") from None
