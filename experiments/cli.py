"""The ``firstminutes`` command: its sub-commands, and the one place where errors become sentences.

Exit codes: 0 done; 1 a defect of ours; 2 something in the input; 3 done, but some runs failed; 130 Ctrl-C.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any, TextIO

import click

from experiments.commands import (
    compare,
    drill,
    given,
    incident,
    lists,
    parameters,
    plan,
    results,
    system,
    validate,
    verify,
)
from sim.errors import FirstMinutesError

OK, DEFECT, BAD_INPUT, RUNS_FAILED, INTERRUPTED = 0, 1, 2, 3, 130


def _print_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    click.echo(f"firstminutes {system.version()}")
    context.exit(OK)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--debug", is_flag=True, help="Show the full trace of an error.")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def cli(debug: bool) -> None:
    """First Minutes: what changes in an incident when the response is organised differently.

    The same building, the same people and the same luck are run under several response policies, and the
    times of the response are compared run by run. Begin with:  firstminutes compare
    """


for _command in (
    compare.compare,
    incident.run,
    incident.replay,
    drill.drill,
    verify.verify,
    validate.validate,
    results.results,
    results.report,
    plan.plan,
    given.policy,
    given.scenario,
    lists.list_,
    parameters.parameters,
    system.live,
    system.doctor,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        Arguments without the program's name; those of the process when omitted.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    warnings.showwarning = _show_warning
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a pipe in an old code page must not turn a dash into a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = cli.main(args=given, prog_name="firstminutes", standalone_mode=False)
        return code if isinstance(code, int) else OK
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return BAD_INPUT
    except click.ClickException as error:
        return _tell(error.format_message(), BAD_INPUT)
    except FirstMinutesError as error:
        if debug:
            raise
        interrupted = type(error).__name__ == "StudyInterrupted"
        return _tell(str(error), INTERRUPTED if interrupted else BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        return _tell("stopped", INTERRUPTED)
    except OSError as error:
        if debug:
            raise
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        return _tell(f"{what}; give another file or folder.", BAD_INPUT)
    except Exception as error:
        if debug:
            raise
        return _tell(
            f"unexpected {type(error).__name__}: {error}; run it again with --debug to see where.", DEFECT
        )


def _tell(sentence: str, code: int) -> int:
    click.echo(f"firstminutes: {sentence}", err=True)
    return code


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    click.echo(f"firstminutes: warning: {message}", err=True, file=file)


def run() -> Any:
    """Run the command line and leave the process with its exit code."""
    sys.exit(main())


if __name__ == "__main__":
    run()
