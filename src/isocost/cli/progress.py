"""Progress on stderr: a bar where it is a terminal, a plain line now and then where it is not."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from isocost.cli.output import one_line
from isocost.study.judging import Progress

if TYPE_CHECKING:
    from isocost.study.generating.turn import Step

PLAIN_SECONDS = 30.0


@contextmanager
def judging_progress(what: str) -> Iterator[Callable[[Progress], None]]:
    """Give a function that shows how far judging is."""
    if not sys.stderr.isatty():
        yield _plain(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[passed]} passed"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None, passed=0)

        def show(progress: Progress) -> None:
            bar.update(task, completed=progress.done, total=progress.total, passed=progress.passed)

        yield show


def _plain(what: str) -> Callable[[Progress], None]:
    last = [time.monotonic()]

    def show(progress: Progress) -> None:
        now = time.monotonic()
        if now - last[0] >= PLAIN_SECONDS:
            last[0] = now
            print(f"{what}: {progress.done} of {progress.total}, {progress.passed} passed", file=sys.stderr)

    return show


@contextmanager
def generating_progress(what: str) -> Iterator[Callable[[Step], None]]:
    """Give a function that shows how far generating is."""
    if not sys.stderr.isatty():
        yield _plain_steps(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[tokens]} tokens, asking {task.fields[model]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None, tokens="0", model="")

        def show(step: Step) -> None:
            model = one_line(step.model)[:40].replace("[", "(")
            bar.update(task, completed=step.done, total=step.total, tokens=f"{step.tokens:,}", model=model)

        yield show


def _plain_steps(what: str) -> Callable[[Step], None]:
    last = [time.monotonic()]

    def show(step: Step) -> None:
        now = time.monotonic()
        if now - last[0] >= PLAIN_SECONDS:
            last[0] = now
            asked = f"{step.tokens:,} tokens, asking {one_line(step.model)}"
            print(f"{what}: {step.done} of {step.total}, {asked}", file=sys.stderr)

    return show
