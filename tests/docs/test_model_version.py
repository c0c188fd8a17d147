"""Pages that are measured name the model that they were measured with, and it is the present one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim import MODEL_VERSION

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("page", ["validation.md", "levers.md"])
def test_a_measured_page_is_of_the_present_model(page: str) -> None:
    """After a change of results: `firstminutes validate` and `python -m experiments.studies.levers` again."""
    found = re.search(r"model version (\d+)", (DOCS / page).read_text(encoding="utf-8"))
    assert found is not None, f"{page} does not say which model it is of"
    assert found[1] == MODEL_VERSION
