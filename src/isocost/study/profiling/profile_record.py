"""What a profile is: figures with their spread, the device they were measured on, and how time grows with size."""

from __future__ import annotations

from typing import Final

from isocost.analysis.time_of_size import LayersAndBytes, PowerLaw
from isocost.cost.devices import PROFILE_VERSION, Device
from isocost.records import Architecture, Clock, Conditions, Record

SCHEMA_VERSION: Final = PROFILE_VERSION
"""Version of the profile file's format."""


class Spread(Record, frozen=True):
    """A figure that was measured several times."""

    median: float
    """Half of the measurements are below."""
    p10: float
    """A tenth of them is below."""
    p90: float
    """A tenth of them is above."""
    n: int
    """Measurements."""
    cv: float | None
    """Standard deviation over mean; None for one measurement."""


class BatchFigures(Record, frozen=True):
    """Requests of equal shape, some in flight at once."""

    batch: int
    """How many."""
    ttft_seconds: Spread | None
    """To the first token, the median over the requests of a round."""
    tpot_seconds: Spread | None
    """For each further token, likewise."""
    tokens_per_second: Spread
    """Tokens written over the seconds from the first request sent to the last answer, reading the prompts included."""
    roofline_ttft_seconds: float | None
    """Time to read the prompts at the measured rates, one after the other or at once; None without a shape."""
    roofline_tpot_seconds: float | None
    """Time of a step in the middle of the completion at the measured rates."""
    ttft_ratio: float | None
    """Measured over roofline."""
    tpot_ratio: float | None
    """Measured over roofline; below 1 where weights come from a cache."""
    ttft_rounds: tuple[float | None, ...]
    """Each round's figure, in order, those that are not in the spread among them."""
    tpot_rounds: tuple[float | None, ...]
    """Likewise."""
    seconds_rounds: tuple[float, ...]
    """Likewise, from the first request sent to the last answer."""
    waited_rounds: tuple[float | None, ...]
    """Share of each round's time that the engine's threads waited for a core; None where the kernel does not tell."""
    calm: int
    """Rounds that the figures are of: those that waited for at most 5%, and at least the 3 calmest."""


class ModelFigures(Record, frozen=True):
    """One model of a profile."""

    name: str
    """What it is called."""
    random_weights: bool
    """Whether its weights were made up."""
    parameters: int | None
    """All its parameters."""
    weight_bits: float | None
    """Mean bits of a weight, as stored."""
    architecture: Architecture | None
    """Its shape."""
    prompt_tokens: int
    """Tokens of a prompt, as the engine counted them."""
    completion_tokens: float
    """Tokens of a completion, likewise; the mean."""
    batches: tuple[BatchFigures, ...]
    """Figures, the smallest batch first."""
    step_bytes: float | None
    """Bytes that a step streams at batch 1, by the cost model."""
    bytes_per_second: float | None
    """Those over the measured time of a step: what of the memory's rate the model gets."""
    memory_bytes: int | None
    """Peak memory, the model in a fresh process."""
    memory_scope: str | None
    """What it is of."""
    modelled_bytes: float | None
    """Weights, caches, activations and logits by the cost model, without the runtime."""
    joules_per_token: float | None
    """Energy of a window of its own over the tokens written in it, reading the prompts included."""
    energy_scope: str | None
    """What it is of."""
    absent: dict[str, str]
    """Why a field is None, by its name."""


class Skipped(Record, frozen=True):
    """A model that was not measured."""

    name: str
    """What it is called."""
    reason: str
    """Why."""


class SizeScaling(Record, frozen=True):
    """How time at batch 1 grows with size."""

    tpot: PowerLaw
    """Of a step, against parameters."""
    ttft: PowerLaw
    """Of reading the prompt, against parameters."""
    tpot_terms: LayersAndBytes
    """Of a step: seconds a layer, and bytes a second."""


class Profile(Record, frozen=True):
    """A profile, as it stands in its file."""

    schema_version: int
    """Version of this format."""
    isocost_version: str
    """Version that measured."""
    git_commit: str | None
    """Commit of the working tree, if any."""
    started: float
    """Seconds since 1970, UTC."""
    seconds: float
    """How long it took, warm-up and loading included."""
    conditions: Conditions
    """Where and how."""
    clock: Clock
    """Whose clock TTFT and TPOT are of; seconds and tokens a second are the caller's."""
    warmups: int
    """Trials of each kind before the first that counts."""
    rounds: int
    """Rounds; in each, every model was measured once at every batch."""
    device: Device | None
    """This device as measured in the rounds, between the models: what the roofline is made of; None where it is not here."""
    effective: Device | None
    """What this engine gets of the device, fitted to the figures: for budgets; None with fewer than 4 sizes."""
    spin_seconds: Spread
    """Seconds of a fixed piece of arithmetic, once a round."""
    steal_share: float | None
    """Share of CPU time that the host took away during the rounds."""
    clocks_mhz: dict[str, float]
    """Clock rates at the end, by device."""
    models: tuple[ModelFigures, ...]
    """Figures, the smallest model first."""
    skipped: tuple[Skipped, ...]
    """What was asked for and not measured."""
    scaling: SizeScaling | None
    """How time grows with size; None with fewer than 4 sizes."""
    absent: dict[str, str]
    """Why a field of the whole is None, by its name."""
