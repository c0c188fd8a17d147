"""HTML pages that are written by the program: one template language, which escapes whatever it is given."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template


def text_beside(package: str, name: str) -> str:
    """Return the text of a file that lies in a package, such as a style sheet."""
    return files(package).joinpath(name).read_text(encoding="utf-8")


def template(package: str, name: str) -> Template:
    """Return a template that lies in a package; values are escaped, a name that is missing is an error."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(text_beside(package, name))
