"""Options that several verbs share, with the words that `--help` says of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from isocost.backends.options import BackendOptions
    from isocost.study.generating.request import Caps

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


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class EngineChoices:
    """How models are run; each backend takes what concerns it."""

    concurrency: int | None = None
    """Most requests in flight; by default the backend finds what is best."""
    device: str | None = None
    """Device of a local model, as cuda or cpu."""
    dtype: str | None = None
    """Type of a local model's weights."""
    threads: int | None = None
    """Threads of a local model on a CPU."""
    context_tokens: int | None = None
    """Longest prompt and completion together, of a local model."""
    prompt_cache: Flag = False
    """Let prompts come from a cache; the time to the first token is then not that of reading."""
    deadline: float = 600.0
    """Longest time for one answer, all attempts together, in seconds."""
    stall: float = 120.0
    """Longest silence in the middle of an answer, in seconds."""
    api_key_env: str = "OPENAI_API_KEY"
    """Environment variable that holds the key of a server."""

    def options(self, seed: int) -> BackendOptions:
        """The same, as backends take it."""
        from isocost.backends.options import BackendOptions

        return BackendOptions(
            concurrency=self.concurrency, deadline_seconds=self.deadline, stall_seconds=self.stall,
            api_key_env=self.api_key_env, device=self.device, dtype=self.dtype, threads=self.threads,
            context_tokens=self.context_tokens, prompt_cache=self.prompt_cache, seed=seed,
        )  # fmt: skip


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SpendingCaps:
    """Where asking stops."""

    max_tokens_total: int | None = None
    """Stop when so many tokens were spent, prompts included, over all samples in the folders."""
    max_dollars: float | None = None
    """Stop when so many dollars were spent, by a price table."""
    prices: Path | None = None
    """Price table in TOML."""
    max_hours: float | None = None
    """Stop after so many hours."""

    def caps(self) -> Caps:
        """The same, with the price table read. Raises InputError."""
        from isocost.cost.prices import read_prices
        from isocost.study.generating.request import Caps

        prices = None if self.prices is None else read_prices(self.prices)
        return Caps(tokens=self.max_tokens_total, dollars=self.max_dollars, hours=self.max_hours, prices=prices)
