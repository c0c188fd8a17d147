"""What a release needs: locks without hosts, one version, a licence, a face that keeps its word."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import firstminutes
from tests.tools.matrix import VERSIONS

REPO = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ["requirements.lock", "requirements-browser.lock"]
DOCS_LOCK = "requirements-docs.lock"


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~ ;]", requirement)[0].lower()


@pytest.mark.parametrize("lock", [*LOCKS, DOCS_LOCK])
def test_locks_name_versions_and_no_hosts(lock: str) -> None:
    lines = (REPO / lock).read_text(encoding="utf-8").splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9.-]+==[\w.!+]+( ; .+)?", line), line
        assert "//" not in line


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_hold_every_dependency(lock: str) -> None:
    locked = {_name(line) for line in (REPO / lock).read_text(encoding="utf-8").splitlines()}
    wanted = [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["test"]]
    wanted += PROJECT["dependency-groups"]["lint"]
    if "browser" in lock:
        wanted += [
            *PROJECT["dependency-groups"]["browser"],
            *PROJECT["project"]["optional-dependencies"]["live"],
        ]
    assert {_name(requirement) for requirement in wanted} <= locked


def test_the_locks_agree() -> None:
    small, large, docs = (
        (REPO / lock).read_text(encoding="utf-8").splitlines() for lock in [*LOCKS, DOCS_LOCK]
    )
    assert set(small) <= set(large)
    names = {_name(line) for line in large}
    assert {line for line in docs if _name(line) in names} <= set(large)
    assert {_name(wanted) for wanted in PROJECT["dependency-groups"]["docs"]} <= {
        _name(line) for line in docs
    }


def test_one_version_everywhere() -> None:
    version = PROJECT["project"]["version"]
    citation = (REPO / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: {re.escape(version)}$", citation, re.MULTILINE)
    assert json.loads((REPO / "codemeta.json").read_text(encoding="utf-8"))["version"] == version
    assert firstminutes.__version__ == version


def test_no_python_is_capped_and_each_that_is_named_is_tried() -> None:
    assert "<" not in PROJECT["project"]["requires-python"]
    named = {line.rpartition(" ")[2] for line in PROJECT["project"]["classifiers"] if ":: Python" in line}
    assert named == set(VERSIONS)


def test_the_licence_is_apache() -> None:
    text = (REPO / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert (REPO / "LICENSES" / "Apache-2.0.txt").read_text(encoding="utf-8") == text, "where REUSE looks"


def test_ci_does_what_the_readme_names_and_nothing_else() -> None:
    lines = (REPO / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    made = [line.split()[1] for line in lines if line.startswith("make ")]
    assert made == ["chromium", "test", "browser"]
    assert all(f"`make {name}`" in (REPO / "README.md").read_text(encoding="utf-8") for name in made[1:])


@pytest.mark.parametrize("name", firstminutes.__all__)
def test_every_public_name_is_there(name: str) -> None:
    value = getattr(firstminutes, name)
    assert value.__name__ == name
    assert value.__doc__, f"{name} needs a docstring"


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"no name 'hazard'.*run_paired"):
        firstminutes.hazard  # noqa: B018


def test_importing_the_face_costs_nothing() -> None:
    code = "import sys, firstminutes; print([m for m in ('numpy', 'sim', 'experiments') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPO, text=True, capture_output=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_module_is_the_command() -> None:
    command = [sys.executable, "-m", "firstminutes", "compare", "--no-such-option"]
    done = subprocess.run(command, cwd=REPO, text=True, capture_output=True, check=False)
    assert done.returncode == 2
    assert "--no-such-option" in done.stderr


def test_nothing_in_the_repository_is_of_a_single_machine() -> None:
    """No folder of whoever wrote a line."""
    done = subprocess.run(["git", "ls-files"], cwd=REPO, text=True, capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a clone")
    own = re.compile(r"(?<![\w.])/(?:root|work|Users|tmp/w)/\w")
    for name in done.stdout.splitlines():
        path = REPO / name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".yaml", ".sh", ".cff", ""} and path.is_file():
            found = own.search(path.read_text(encoding="utf-8"))
            assert found is None, f"{name}: {found.group()}..."
