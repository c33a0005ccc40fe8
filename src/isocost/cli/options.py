"""Options that several verbs share, with the words that `--help` says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

Flag = Annotated[bool, Parameter(negative=(), show_default=False)]
"""On or absent; there is no `--no-…`."""

Json = Annotated[
    bool, Parameter(negative=(), show_default=False, help="Print one JSON document instead of text for people.")
]
"""`--json`."""

Format = Annotated[
    Literal["table", "markdown", "latex", "json"] | None,
    Parameter(name="--format", help="How to write it; a table for the terminal by default."),
]
"""`--format`; `isocost.cli.output.form_of` reads it together with `--json`."""

DataDir = Annotated[
    Path | None,
    Parameter(help="Folder where benchmark files are looked for first; else ISOCOST_DATA names it."),
]
"""`--data-dir`."""
