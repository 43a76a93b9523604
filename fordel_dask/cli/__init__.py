"""The command line: the only place that prints and exits."""

import atexit
import gc
import json
import os
import signal
import sys

import click

from fordel_dask import __version__
from fordel_dask.cli.check import check
from fordel_dask.cli.clinics import clinics
from fordel_dask.cli.cluster import cluster
from fordel_dask.cli.compare import compare
from fordel_dask.cli.councils import councils
from fordel_dask.cli.diagnose import diagnose
from fordel_dask.cli.errors import errors
from fordel_dask.cli.fees import fees
from fordel_dask.cli.follow_up import follow_up
from fordel_dask.cli.knowledge import glossary, sources
from fordel_dask.cli.nation import demo, synth
from fordel_dask.cli.place import place
from fordel_dask.cli.plan import plan
from fordel_dask.cli.purge import purge
from fordel_dask.cli.reading import explain
from fordel_dask.cli.refit import refit
from fordel_dask.cli.registers import ingest
from fordel_dask.cli.release import release
from fordel_dask.cli.report import report
from fordel_dask.cli.run import run
from fordel_dask.cli.scenarios import scenarios
from fordel_dask.cli.trust import selftest, verify
from fordel_dask.errors import FordelError, InterruptedRunError, PlanError
from fordel_dask.privacy import seclude, traceback_text

OUR_BUG = 70
OBJECTS_BETWEEN_SEARCHES = 100_000
"""Python looks for garbage after every 700 objects: 800 times in a run, most of them while libraries are loaded."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "show_default": True})
@click.version_option(__version__, prog_name="fordel")
@click.option("--alias", metavar="NAME", help="How manifests call you; or set FORDEL_ALIAS. Default: not at all.")
def cli(alias: str | None) -> None:
    """Denmark's national distribution model for general practice.

    Registers of citizens in; weights, need, capacities of 17 health councils and the minimum
    number of patients of every clinic out.

    Start with an invented country:  fordel demo
    """
    from fordel_dask import provenance

    if alias is not None:
        os.environ[provenance.ALIAS] = alias
    provenance.alias()  # refused now, not after an hour of work


for _command in (
    *(demo, synth, check, plan, ingest, run, scenarios, explain, diagnose, refit, report, release, verify, selftest),
    *(clinics, councils, place, compare, errors, follow_up),
    *(fees, cluster, purge, glossary, sources),
):
    cli.add_command(_command)


def main() -> None:
    """Run the program and leave with the exit code of the contract."""
    seclude()
    _search_garbage_rarely()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that lacks a sign shows "?"
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, _interrupt)
    try:
        sys.exit(cli.main(prog_name="fordel", standalone_mode=False))  # what a command leaves with, none for 0
    except click.ClickException as wrong:
        _print_json_failure(wrong.format_message(), "UsageError", wrong.exit_code)
        wrong.show()
        sys.exit(wrong.exit_code)
    except (KeyboardInterrupt, click.Abort):
        _leave(
            InterruptedRunError(
                "Interrupted. Start the same command again (without --fresh); no run or store was half written."
            )
        )
    except FordelError as error:
        _leave(error)
    except MemoryError:
        _leave(PlanError("There was not enough memory. Use fewer --threads, or ingest with more --partitions."))
    except BaseException as error:
        if isinstance(error, SystemExit) and isinstance(error.code, int | None):
            raise
        _leave_with_our_bug(error)  # also what a library leaves with a text, which Python would print


def _search_garbage_rarely() -> None:
    """Look for cycles of objects as seldom as is worth it: seldom in the work, and not at all on the way out.

    What we hold is freed when nothing refers to it. The search through half a million objects of
    libraries costs a run of the nation half a second, and as much again after its last word.
    """
    gc.set_threshold(OBJECTS_BETWEEN_SEARCHES)
    atexit.register(gc.freeze)  # first in, hence last out: after all that libraries do at the end


def _interrupt(*_: object) -> None:
    """End as Ctrl-C does when a batch system stops us: what holds person keys is removed on the way out."""
    raise KeyboardInterrupt


def _leave(error: FordelError) -> None:
    _show_where(error)
    _say_failure(str(error), type(error).__name__, error.exit_code)
    sys.exit(error.exit_code)


def _leave_with_our_bug(error: BaseException) -> None:
    """Say that we failed, without the exception's text: it may hold a value of a person."""
    _show_where(error)
    message = (
        f"This is a bug of fordel_dask ({type(error).__name__}). Nothing was published. Run it again with --debug, "
        f"which shows where it arose and no values, and report that without the data."
    )
    _say_failure(message, type(error).__name__, OUR_BUG)
    sys.exit(OUR_BUG)


def _show_where(error: BaseException) -> None:
    """Show files, lines and kinds of errors to who asked for it; never a foreign error's text, nor a variable."""
    if "--debug" in sys.argv:
        print(traceback_text(error), end="", file=sys.stderr)


def _say_failure(message: str, kind: str, code: int) -> None:
    _print_json_failure(message, kind, code)
    print(f"fordel: {message}", file=sys.stderr)


def _print_json_failure(message: str, kind: str, code: int) -> None:
    if "--json" in sys.argv:
        print(json.dumps({"error": {"kind": kind, "message": message, "exit_code": code}}, ensure_ascii=False))
