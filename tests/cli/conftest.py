"""A judged run that every test of a reading verb may look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.command import answer, entry_point, isocost, reference, write_rows

HOSTILE = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\r\x9b31m"
"""Sets a title, clears the screen, turns the line around, goes to its start, and begins a colour in one byte."""


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `samples.jsonl` and `run`: seven samples of `steps` with five outcomes; read it only."""
    folder = tmp_path_factory.mktemp("judged")
    shows = f"print({HOSTILE!r})\nraise ValueError({HOSTILE!r})\n# {HOSTILE}\n"
    rows = [
        answer("Steps/0", reference("Steps/0")),
        answer("Steps/0", f"Here it is:\n```python\n{reference('Steps/0')}```\nDone."),
        answer("Steps/1", f"def {entry_point('Steps/1')}(*args):\n    return None\n"),
        answer("Steps/2", f"```python\ndef {entry_point('Steps/2')}(*args):\n    {shows.splitlines()[0]}\n"
                          f"    {shows.splitlines()[1]}\n```\n{HOSTILE}"),
        answer("Steps/3", "I am sorry, I cannot."),
        answer("Steps/4", f"```python\ndef {entry_point('Steps/4')}(:\n    return 1\n```"),
        answer("Steps/5", f"```python\n{reference('Steps/5')}```\nThat was it. \ud800"),
    ]  # fmt: skip
    write_rows(folder / "samples.jsonl", rows)
    done = isocost(
        "judge", "samples.jsonl", "-b", "steps", "--partial", "--model", "tiny", "-o", "run", "--json", cwd=folder
    )
    assert done.code == 0, done.err
    return folder
