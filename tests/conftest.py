"""Which examples property tests draw: always the same ones, so that `make test` does not pass by luck.

`make verify` draws others (`--hypothesis-profile=explore`). What they find becomes an `@example`.

The small plans of tests are plans from outside, whose runs nobody chooses. Tests of the model have to choose
them, so the one function that refuses it lets everything pass here; the tests in `scope/` put it back.
"""

from __future__ import annotations

from hypothesis import settings

from sim.given import disclosure
from sim.streams import RunKey

settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("fixed")

KEY_OF = disclosure.key_of
"""What the product does."""


def any_key(_scenario: object, seed: int | None, replicate: int) -> RunKey:
    """Return the key that was asked for, whatever the plan."""
    return RunKey(1 if seed is None else seed, replicate)


disclosure.key_of = any_key
