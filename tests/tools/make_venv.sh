#!/bin/sh
# Make the virtual environment $VENV with $PYTHON, or with another Python from 3.11 on if that one is too old.
set -eu

fits() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2])' >/dev/null 2>&1
}

for candidate in "$PYTHON" python3 python3.14 python3.13 python3.12 python3.11 python; do
    if fits "$candidate"; then
        found=$(command -v "$candidate")
        break
    fi
done
if [ -z "${found:-}" ]; then
    echo "No Python from 3.11 on was found (tried $PYTHON and python3.11 to python3.14): install one," >&2
    echo "or say where it is: make PYTHON=/path/to/python3.11 ..." >&2
    exit 1
fi

echo "Setting up $VENV with $("$found" --version) ..."
if command -v uv >/dev/null 2>&1; then
    # The interpreter's own path: a version manager's shim would be asked again and may answer differently.
    uv venv --quiet --python "$("$found" -c 'import sys; print(sys.executable)')" "$VENV"
elif ! "$found" -m venv "$VENV"; then
    echo "This Python cannot make virtual environments: install its venv module (on Debian: apt install python3-venv)." >&2
    exit 1
fi
