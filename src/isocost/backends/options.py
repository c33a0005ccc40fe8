"""How a backend is to be run, as far as that is the user's choice; each backend takes what concerns it."""

from __future__ import annotations

from isocost.records import Record


class BackendOptions(Record, frozen=True):
    """Choices with defaults that are right for most."""

    concurrency: int | None = None
    """Most requests in flight, or rows in a batch; None lets the backend find what the engine takes."""
    deadline_seconds: float = 600.0
    """Longest time for one reply, all its attempts together."""
    stall_seconds: float = 120.0
    """Longest silence in the middle of a reply before it is asked for again."""
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable that holds the key; keys are never options."""
    device: str | None = None
    """Device to compute on, as `cuda` or `cpu`; None takes the best at hand."""
    dtype: str | None = None
    """Type of the weights; None leaves them as they are stored."""
    threads: int | None = None
    """Threads to compute with, on a CPU; None is one fewer than the cores, and at least one."""
    context_tokens: int | None = None
    """Longest prompt and completion together; None takes what the model was made for, as far as memory reaches."""
    prompt_cache: bool = False
    """Whether prompts, or parts of them, may come from a cache; without one, the time to the first token is that of reading."""
    seed: int = 0
    """Seed of what the backend itself draws: pauses between attempts, the scripted backend's answers."""
