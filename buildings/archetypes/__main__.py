"""Writes the plans of the library anew from the archetypes, with the default of every parameter."""

from pathlib import Path

from buildings.archetypes import elementary, high_school
from buildings.files import write_plan

LIBRARY = Path(__file__).parents[1] / "library"


def main() -> None:
    """Write the two shipped plans."""
    for name, plan in (("elementary", elementary()), ("high-school", high_school())):
        write_plan(plan, LIBRARY / f"{name}.plan.json")


if __name__ == "__main__":
    main()
