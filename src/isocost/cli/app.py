"""The `isocost` command: its verbs, and how every one of them ends."""

from __future__ import annotations

import io
import os
import sys
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Parameter

from isocost import __version__
from isocost.cli.output import one_line
from isocost.errors import IsocostError

app = App(
    name="isocost",
    help="For the same inference budget, which size of code model solves the most problems?",
    version=__version__,
    suppress_keyboard_interrupt=False,
    default_parameter=Parameter(negative_iterable=()),  # no --empty-NAME beside each option that takes several
)

VERBS = {
    "demo": "Answer the question from published figures that ship with isocost; nothing is downloaded.",
    "run": "Run a study: ask models, judge what they write, and write the answer and a report.",
    "generate": "Ask models for answers to the problems of benchmarks, and keep them in run folders.",
    "judge": "Judge recorded samples: say how much of what a model wrote passes.",
    "analyse": "Say which size solves the most at each budget, from judged runs.",
    "report": "Write a result and its runs as one HTML page that explains itself.",
    "show": "Show a run: its numbers, its samples, or what extraction changed.",
    "check": "Say when not to believe a result, and what to do about it.",
    "compare": "Compare two runs on the problems that both have.",
    "profile": "Measure how long models take on this machine, by size, beside the roofline.",
    "plan": "Say which differences a study would show, and what it would cost, before it is run.",
    "export": "Write a run as CSV, Parquet, JSONL, for EvalPlus or for the Hugging Face Hub.",
    "benchmarks": "List the benchmarks, and which of them are on this machine.",
    "models": "List the models whose shape is known, or show one in full.",
    "doctor": "Say whether programs can be locked in on this machine, and what is missing.",
}
"""The verbs, in the order of `isocost --help`, each with its line there."""

# By module path, so that `isocost --help` loads none of them.
for _place, (_verb, _help) in enumerate(VERBS.items()):
    app.command(f"isocost.cli.{_verb}:{_verb}", name=_verb, help=_help, sort_key=_place)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; exit codes: 0 fine, 1 the honest answer is no, 2 input, 3 our fault, 130 interrupted."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character is no reason to stop
    try:
        code = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except CycloptsError as error:
        words = arguments if arguments is not None else sys.argv[1:]
        verb = f"{words[0]} " if words and words[0] in VERBS else ""
        _complain(f"{one_line(str(error))} See `isocost {verb}--help`.")
        return 2
    except IsocostError as error:
        _complain(one_line(str(error)))
        return error.exit_code
    except KeyboardInterrupt:
        _complain("interrupted; run the same command again to go on from here")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nothing more to say
        return 0
    except Exception:  # noqa: BLE001 (a bug: told whole, and with the code of our own faults, for 1 means "no")
        traceback.print_exc()
        _complain("this is a fault of ours; report it with the lines above, and what you typed")
        return 3
    return code if isinstance(code, int) else 0


def _complain(text: str) -> None:
    print(f"isocost: {text}", file=sys.stderr)
