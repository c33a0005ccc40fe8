"""What an engine does for a profile: open a model, and compute requests of a fixed shape, timed by its own clock."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from isocost.measure.processes import MemoryRead
from isocost.records import Clock, Conditions, ModelSpec, Record


class Work(Record, frozen=True):
    """The shape of the requests of a profile."""

    prompt_tokens: int
    """Tokens read."""
    new_tokens: int
    """Tokens written."""
    batches: tuple[int, ...] = (1,)
    """Requests in flight at once, each measured; the smallest first."""

    @property
    def most(self) -> int:
        """Most requests in flight."""
        return max(self.batches)


class Subject(Record, frozen=True):
    """A model to be measured."""

    name: str
    """What it is called in the profile."""
    spec: ModelSpec | None
    """Its shape, and the bits of its weights as they are stored; None where they are not known, and there is no roofline."""
    where: str | None = None
    """Its address, file or folder; None for random weights of its shape."""


class Trial(Record, frozen=True):
    """One measurement: requests of equal shape, all in flight at once."""

    batch: int
    """How many."""
    ttft_seconds: float | None
    """To the first token: the median over the requests; None where the engine does not tell."""
    tpot_seconds: float | None
    """For each further token: the median over the requests."""
    seconds: float
    """From the first request sent to the last answer, by the caller's clock."""
    prompt_tokens: int
    """Tokens of one prompt, as the engine counted them."""
    completion_tokens: int
    """Tokens written, all requests together, as the engine counted them."""
    waited_share: float | None = None
    """Seconds that the engine's threads were ready and had no core, over `seconds`; None where the kernel does not tell."""


class Opened(Protocol):
    """A model that is ready to compute."""

    @property
    def pids(self) -> tuple[int, ...]:
        """Processes of this machine that hold it, each fresh for it; empty where it runs elsewhere."""
        ...

    def trial(self, batch: int, seed: int) -> Trial:
        """Compute `batch` requests at once, with prompts that no other seed gives, from no cache.

        Raises BackendError where the engine gave up.
        """
        ...

    def memory(self) -> MemoryRead | None:
        """Peak memory by the engine's own count; None where the processes' is to be taken."""
        ...


class Engine(Protocol):
    """Something that computes models; makes one `Opened` for each."""

    clock: Clock
    """Whose clock TTFT and TPOT are of."""
    dtype: str | None
    """Type that weights of random models are stored in; None where the model's address decides."""
    threads: int | None
    """Threads that it computes with, where it does so on this CPU."""

    def opened(self, subject: Subject, work: Work, folder: Path) -> AbstractContextManager[Opened]:
        """Start the model in a fresh process (weights made up in `folder`, where they are); stop it at the end.

        Raises BackendError in one line where that fails.
        """
        ...

    def conditions(self) -> Conditions:
        """Where and how it computes."""
        ...

    def free_bytes(self) -> float | None:
        """Memory that models may take where this engine holds them; None where that is not known."""
        ...

    def stored(self, subject: Subject) -> ModelSpec | None:
        """Return the model's shape with the bits that this engine holds its weights in; None where no shape is known."""
        ...
