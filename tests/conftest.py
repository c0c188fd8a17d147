"""Which examples property tests draw: always the same ones, so that `make test` does not pass by luck.

`make verify` draws others (`--hypothesis-profile=explore`). What they find becomes an `@example`.
"""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("fixed")
