"""Which of the numbered tests or facts a command runs: those that `--only` names, or all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from sim.errors import StudyError


class Numbered(Protocol):
    """Anything that a published number names."""

    @property
    def id(self) -> str:
        """The number, as it is published."""


T = TypeVar("T", bound=Numbered)


def chosen_of(all_of_them: tuple[T, ...], only: Sequence[str], word: str) -> tuple[T, ...]:
    """Return those of these numbers (upper or lower case), each once; all of them for none.

    Raises
    ------
    StudyError
        For a number that there is none of.
    """
    by_id = {one.id.casefold(): one for one in all_of_them}
    unknown = [name for name in only if name.casefold() not in by_id]
    if unknown:
        allowed = ", ".join(one.id for one in all_of_them)
        names = " and no ".join(map(repr, unknown))
        raise StudyError(f"--only: there is no {word} {names}; there are {allowed}.")
    return tuple(dict.fromkeys(by_id[name.casefold()] for name in only)) or all_of_them
