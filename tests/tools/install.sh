#!/bin/sh
# Install a lock file, then this project as it lies here, into the virtual environment $VENV.
set -eu
lock=$1
python="$VENV/bin/python"

if command -v uv >/dev/null 2>&1; then
    uv pip install --quiet --python "$python" --requirement "$lock"
    uv pip install --quiet --python "$python" --no-deps --editable .
else
    "$python" -m pip --version >/dev/null 2>&1 || "$python" -m ensurepip --upgrade >/dev/null
    "$python" -m pip install --quiet --disable-pip-version-check --requirement "$lock"
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi
