"""First Minutes: response timelines in active-shooter incidents, compared policy against policy.

This module is the public face::

    import firstminutes as fm

    scenario = fm.load_scenario(building="elementary")
    result = fm.run_incident(scenario, fm.load_policy("immediate-entry"), fm.RunKey(seed=1, replicate=0))
    print(result.outcome.start_to_contact_s)

Names are looked up when they are first used, so importing this module costs next to nothing.
``python -m firstminutes`` is the same as the ``firstminutes`` command.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from buildings.files import read_plan
    from experiments.compare.comparison import compare
    from experiments.study.design import StudyDesign, arms_of
    from experiments.study.results import Results
    from experiments.study.runner import run_study
    from sim.errors import FirstMinutesError
    from sim.given.policies import load_policy, policy_names
    from sim.given.scenario_files import load_scenario
    from sim.model import ResponseModel
    from sim.run import run_incident, run_paired
    from sim.streams import RunKey

__all__ = [
    "FirstMinutesError",
    "ResponseModel",
    "Results",
    "RunKey",
    "StudyDesign",
    "arms_of",
    "compare",
    "load_policy",
    "load_scenario",
    "policy_names",
    "read_plan",
    "run_incident",
    "run_paired",
    "run_study",
]

_HOME = {
    "read_plan": "buildings.files",
    "load_scenario": "sim.given.scenario_files",
    "load_policy": "sim.given.policies",
    "policy_names": "sim.given.policies",
    "RunKey": "sim.streams",
    "ResponseModel": "sim.model",
    "run_incident": "sim.run",
    "run_paired": "sim.run",
    "StudyDesign": "experiments.study.design",
    "arms_of": "experiments.study.design",
    "run_study": "experiments.study.runner",
    "Results": "experiments.study.results",
    "compare": "experiments.compare.comparison",
    "FirstMinutesError": "sim.errors",
}
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name == "__version__":
        from importlib.metadata import version

        return version("firstminutes")
    if name not in _HOME:
        raise AttributeError(f"module 'firstminutes' has no name {name!r}; it offers {', '.join(__all__)}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return [*__all__, "__version__"]


if __name__ == "__main__":
    import sys

    from experiments.cli import main

    sys.exit(main())
