"""``firstminutes live`` and ``firstminutes doctor``: the Mesa page, and the state of this installation."""

from __future__ import annotations

import click

from experiments.commands import common
from sim.errors import StudyError


def version() -> str:
    """Return the installed version."""
    from importlib import metadata

    try:
        return metadata.version("firstminutes")
    except metadata.PackageNotFoundError:
        return "0 (not installed)"


@click.command(short_help="Open the live Mesa page in a browser.")
@click.option("--port", type=click.IntRange(1, 65535), default=8765, show_default=True)
@click.option("--no-browser", is_flag=True, help="Only serve the page.")
def live(port: int, no_browser: bool) -> None:
    """Open the live Mesa page in a browser; it is served to this machine only."""
    import importlib.util
    import subprocess
    import sys

    if importlib.util.find_spec("solara") is None:
        raise StudyError("live: Solara is not installed; install it with `pip install firstminutes[live]`.")
    page = importlib.util.find_spec("sim.app")
    if page is None or page.origin is None:
        raise StudyError("live: this installation has no sim/app.py; install the program again.")
    command = [sys.executable, "-m", "solara", "run", page.origin, "--host", "127.0.0.1", "--port", str(port)]
    click.echo(f"http://127.0.0.1:{port} (Ctrl-C ends it)")
    code = subprocess.run([*command, *(["--no-open"] if no_browser else [])], check=False).returncode
    if code:
        raise StudyError(f"live: the page ended with code {code}; is port {port} taken? give another --port.")


@click.command(short_help="Say whether this installation is sound.")
def doctor() -> None:
    """Say whether this installation is sound: versions, cores, compiled kernels, optional programs."""
    import os
    import shutil
    import time
    from importlib.util import find_spec

    from experiments.commands.recorded import simulate
    from experiments.pages.table import layout
    from experiments.study.manifest import versions
    from experiments.study.runner import cores
    from sim.kernels._cache import cache_folder

    rows = [["what", "found"]]
    rows += [[name, found] for name, found in versions().items()]
    rows.append(["cores", str(cores())])
    folder = cache_folder()
    usable = folder.is_dir() and os.access(folder, os.W_OK)
    rows.append(["compiled code", f"{folder}{'' if usable else ' (not there yet, or not writable)'}"])
    begun = time.perf_counter()
    place = common.scenario_of(None, None, None, None, 30)
    simulate(place, common.policies_of("immediate-entry"), 1, 0, record=False)
    rows.append(["first incident", f"{time.perf_counter() - begun:.1f} s, compilation included"])
    begun = time.perf_counter()
    simulate(place, common.policies_of("immediate-entry"), 1, 1, record=False)
    rows.append(["next incident", f"{time.perf_counter() - begun:.2f} s"])
    for program, why in (("ffmpeg", "replay --mp4"), ("chromium", "the browser tests")):
        rows.append([program, shutil.which(program) or f"not found (needed for {why})"])
    rows.append(["solara", "installed" if find_spec("solara") else "not installed (needed for `live`)"])
    click.echo(layout(rows))
