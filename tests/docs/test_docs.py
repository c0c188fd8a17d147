"""What the pages say runs: the Python example, the links, the commands and the make targets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [
        *set(REPO.glob("*.md")) - {REPO / "CHANGELOG.md"},
        *(REPO / "docs").rglob("*.md"),
        REPO / "changelog.d" / "README.md",
    ]
)
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def _name(page: Path) -> str:
    return page.relative_to(REPO).as_posix()


def _blocks(page: Path, language: str) -> list[str]:
    return [code for name, code in FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


def test_python_example_of_the_researcher_page_runs(tmp_path: Path) -> None:
    blocks = _blocks(REPO / "docs" / "researcher.md", "python")
    assert len(blocks) >= 3
    script = tmp_path / "example.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(REPO), "PYTHONWARNINGS": "error::DeprecationWarning:__main__"}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=env, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "entry after" in done.stdout
    assert "+900 s" in done.stdout


@pytest.mark.parametrize("page", sorted((REPO / "docs" / "howto").glob("*.md")), ids=_name)
def test_python_blocks_of_a_howto_run(page: Path, tmp_path: Path) -> None:
    script = tmp_path / "example.py"
    script.write_text("\n".join(_blocks(page, "python")), encoding="utf-8")
    env = os.environ | {"PYTHONPATH": str(REPO), "PYTHONWARNINGS": "error::DeprecationWarning:__main__"}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=env, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_make_targets_exist(page: Path) -> None:
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z]+)`", page.read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"{page.name} names `make {target}`"


def _commands(page: Path) -> list[list[str]]:
    """Every `firstminutes ...` of a page: words after the name, from code spans and shell blocks."""
    text = page.read_text(encoding="utf-8")
    shell = "\n".join(_blocks(page, "sh")).replace("\\\n", " ")
    spans = re.findall(r"`([^`\n]*firstminutes [^`\n]+)`", FENCE.sub("", text))
    lines = [line for line in [*shell.splitlines(), *spans] if re.search(r"(^|[/\\])firstminutes ", line)]
    return [re.split(r"(?:^|[/\\])firstminutes ", line)[1].split() for line in lines]


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_and_options_exist(page: Path) -> None:
    import click

    from experiments.cli import cli

    for words in _commands(page):
        command: click.Command = cli
        context = click.Context(cli)
        rest = list(words)
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            found = command.get_command(context, rest[0])
            assert found is not None, f"{page.name} names `firstminutes {' '.join(words)}`"
            command, rest = found, rest[1:]
        known = {
            option for parameter in command.params for option in [*parameter.opts, *parameter.secondary_opts]
        }
        arguments = [param for param in command.params if isinstance(param, click.Argument)]
        if arguments and isinstance(arguments[0].type, click.Choice) and rest:
            assert rest[0] in arguments[0].type.choices, f"{page.name}: `firstminutes {' '.join(words)}`"
        for word in rest:
            if word.startswith("--") and word != "--help":
                assert word.split("=")[0] in known, f"{page.name}: {word} in `firstminutes {' '.join(words)}`"


def test_changelog_says_whether_results_changed() -> None:
    text = (REPO / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    assert versions
    assert all("### Results changed" in version for version in versions)
