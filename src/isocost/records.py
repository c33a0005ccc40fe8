"""The records, in the order in which they come to be.

Problem → Prompt → SamplingParams → Sample(Usage, Timing) → Window(Conditions) → Program → Limits → Execution
→ Verdict(Outcome) → Tally → Estimate → ModelSpec(Architecture) → Cost → Budget → Comparison → Manifest

All are frozen. Absence is `None`, never NaN, 0 or "". Sizes are bytes and times seconds unless a name says otherwise.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen record; two records are equal when all their fields are."""


# --- what is asked ---------------------------------------------------------------------------------------------------


class Channel(StrEnum):
    """Where the tests run, seen from the program."""

    separate = "separate"
    """In another process: only plain values cross, and a verdict cannot be forged."""
    shared = "shared"
    """In the program's own process, for tests whose objects cannot cross; such a verdict is forgeable."""


class CodeTests(Record, frozen=True, tag="code"):
    """Tests written as Python statements that call the program's functions."""

    source: str
    """The test statements, run top to bottom; the first exception ends them."""
    prelude: str
    """Trusted code of the benchmark (imports, helpers) whose names the tests may use; may be empty."""
    calls: tuple[str, ...]
    """Names in `source` that stand for the program's functions."""
    channel: Channel = Channel.separate
    """Where these tests must run."""


class CaseTests(Record, frozen=True, tag="cases"):
    """Tests given as inputs; the expected values come from the reference solution, or stand beside them."""

    entry_point: str
    """The program's function to call."""
    inputs: str
    """A list of argument lists, as text of `isocost.values`."""
    expected: str | None = None
    """A list with one expected value per input, as text of `isocost.values`; None until the reference has been run."""
    oracle: str = "equal"
    """Name of the rule in `isocost.judge.oracles` by which a value is held against the expected one."""
    atol: float = 0.0
    """Absolute tolerance that the oracle may use for floats."""
    channel: Channel = Channel.separate
    """Where these tests must run."""


Tests = CodeTests | CaseTests


class Problem(Record, frozen=True):
    """One task of a benchmark."""

    id: str
    """Canonical id, as in `HumanEval/0`."""
    benchmark: str
    """Name of the benchmark it belongs to."""
    rung: int
    """How hard a version of its base problem this is: 0 original, 1 stronger tests, 2 self-invoking, 3 … deeper."""
    base_id: str
    """Id of the rung-0 problem that it descends from; its own id at rung 0. Ladders join on this."""
    prompt: str
    """The statement put before a model, as the benchmark gives it."""
    stem: str
    """The code that a completion continues; empty where a completion has to be a whole program."""
    entry_point: str
    """Name of the function that the tests call."""
    reference: str
    """A whole program that solves the problem, by the benchmark's authors."""
    tests: dict[str, Tests]
    """Test sets by name (`base`, `plus`, …); a sample solves the problem when all of them pass."""
    modules: tuple[str, ...] = ()
    """Third-party modules that the benchmark's own code imports for this problem."""


class PromptForm(StrEnum):
    """How a prompt is put before a model."""

    chat = "chat"
    """As a conversation: the engine adds the model's own marks of turns."""
    completion = "completion"
    """As a text that the model goes on with."""


class Prompt(Record, frozen=True):
    """The text that was put before a model."""

    id: str
    """Content hash of problem, template and text."""
    problem_id: str
    """The problem it states."""
    template: str
    """Name of the template; `recorded` when the text came with somebody's samples."""
    text: str
    """The whole text, as sent; in a conversation, the user's turn."""
    form: PromptForm | None = None
    """How it is put before the model; None where the text came with somebody's samples."""
    system: str = ""
    """The system's turn of a conversation; empty where there is none."""


class SamplingParams(Record, frozen=True):
    """How tokens were drawn. A field is None where it is not known."""

    temperature: float | None = None
    """Softmax temperature; 0 is greedy."""
    top_p: float | None = None
    """Nucleus mass."""
    max_tokens: int | None = None
    """Most tokens that a completion may have."""
    seed: int | None = None
    """Seed given to the backend."""
    stop: tuple[str, ...] = ()
    """Strings that end a completion."""


# --- what a model gave -----------------------------------------------------------------------------------------------


class Usage(Record, frozen=True):
    """Tokens that one sample used. A field is None where it was not reported."""

    prompt_tokens: int | None = None
    """Tokens of the prompt."""
    cached_tokens: int | None = None
    """Prompt tokens that came from a cache."""
    completion_tokens: int | None = None
    """Tokens of the completion that were kept."""
    computed_tokens: int | None = None
    """Tokens that the device computed for it, padding and overrun included."""


class Clock(StrEnum):
    """Whose clock times were read from; times of two clocks are never subtracted from each other."""

    client = "client"
    """The caller's: what travels between caller and engine is in it."""
    engine = "engine"
    """The engine's own."""


class Timing(Record, frozen=True):
    """Seconds that one sample took. A field is None where it was not measured."""

    clock: Clock | None = None
    """Whose clock it was."""
    started: float | None = None
    """When the request was written: seconds since 1970, UTC, of the caller's wall clock; says in what order, not how long."""

    ttft_seconds: float | None = None
    """From the request written to the first non-empty content."""
    tpot_seconds: float | None = None
    """(last − first content) / (completion tokens − 1)."""
    total_seconds: float | None = None
    """From the request written to the last content."""


class Sample(Record, frozen=True):
    """One completion that a model gave to one prompt; the text is kept as it came."""

    id: str
    """Content hash of problem, prompt, model, sampling parameters and draw."""
    problem_id: str
    """The problem it answers."""
    prompt_id: str | None
    """The prompt it answers; None for recorded samples that came without one."""
    model: str
    """Name of the model."""
    params: SamplingParams | None
    """How it was drawn; None where that was not recorded."""
    draw: int
    """0, 1, …: which of the samples for the same prompt."""
    completion: str
    """The raw text."""
    whole: bool = False
    """True where the source declares the text to be a whole program (`solution`), not an answer to be read."""
    finish_reason: str | None = None
    """Why generation stopped, in the backend's word."""
    usage: Usage | None = None
    """Tokens used."""
    timing: Timing | None = None
    """Seconds taken."""
    logprob: float | None = None
    """Mean log-probability of the completion's tokens, in nats; None where it was not asked for or not given."""
    window: str | None = None
    """Id of the measured window in which it was made."""
    absent: dict[str, str] = {}
    """Why a field is None, by its path, as `usage.cached_tokens`: `the server does not report it`."""


class Conditions(Record, frozen=True):
    """Where and how samples were made: what has to agree before times of two windows are held against each other."""

    host: dict[str, str | int]
    """Machine, kernel, Python version, CPU model, cores."""
    backend: str
    """Name of the backend, as `llamacpp`."""
    engine: str | None = None
    """What computed the tokens, as it names itself."""
    engine_version: str | None = None
    """Its version."""
    device: str | None = None
    """What it ran on, as `NVIDIA H100 80GB HBM3` or `cpu`."""
    devices: int = 1
    """How many of them."""
    dtype: str | None = None
    """Type of its weights, as `bf16` or `q4_0`."""
    threads: int | None = None
    """Threads that it computes with, on a CPU."""
    context_tokens: int | None = None
    """Longest prompt and completion together."""
    prompt_cache: bool | None = None
    """Whether prompts, or parts of them, may come from a cache."""
    capabilities: dict[str, bool] = {}
    """What the engine really honours, found by a probe: `n`, `seed`, `usage_in_stream`, `logprobs`, `cached_tokens`, …"""
    absent: dict[str, str] = {}
    """Why a field is None, by its name."""


class Window(Record, frozen=True):
    """A stretch of time in which samples were made by one model, and what a counter or clock said of it as a whole."""

    id: str
    """Content hash of the model, the first of the samples and the start."""
    started: float
    """Start: seconds since 1970, UTC."""
    seconds: float
    """How long it was, from the first request written to the last content."""
    samples: int
    """Samples made."""
    conditions: Conditions
    """Where and how."""
    completion_tokens: int | None = None
    """Useful tokens written; None where a sample's number is not known."""
    most_in_flight: int = 1
    """Most samples in flight at once."""
    mean_in_flight: float | None = None
    """Samples in flight on average: the sum of their seconds over the window's."""
    memory_bytes: int | None = None
    """Peak memory; of what, `memory_scope` says."""
    memory_scope: str | None = None
    """What the memory is of, as `resident, engine process` or `GPU board`."""
    joules: float | None = None
    """Energy by a counter's difference; of what, `energy_scope` says."""
    energy_scope: str | None = None
    """What the energy is of, as `GPU board only` or `CPU package`."""
    steal_share: float | None = None
    """Share of the machine's CPU time that its host took away."""
    spin_seconds: float | None = None
    """Seconds of a fixed piece of arithmetic just before: how fast this machine was then."""
    clocks_mhz: dict[str, float] = {}
    """Clock rates at the end, by device."""
    absent: dict[str, str] = {}
    """Why a field is None, by its name."""


class Program(Record, frozen=True):
    """The Python source read out of a sample."""

    source: str | None
    """The program; None when no program could be found in the text."""
    rules: tuple[str, ...]
    """Names of the extraction rules that made it differ from stem + completion, in order; empty if none did."""


# --- what happened ---------------------------------------------------------------------------------------------------


class Isolation(StrEnum):
    """How well a program was locked in."""

    strong = "strong"
    """Namespaces with a private root, Landlock, seccomp, no privileges, rlimits."""
    contained = "contained"
    """Landlock, seccomp, no privileges and rlimits, without namespaces."""
    unsafe = "unsafe"
    """Anything weaker; only by `--unsafe`."""


class LimitPolicy(Record, frozen=True):
    """How limits are set. Runs are comparable when their policies are equal; seconds differ between machines."""

    cpu_seconds: float = 4.0
    """CPU seconds that a program always gets."""
    cpu_factor: float = 10.0
    """It gets this many times the reference solution's own CPU seconds where that is more."""
    wall_factor: float = 3.0
    """Wall-clock seconds allowed per CPU second allowed."""
    memory_bytes: int = 1 << 30
    """Address space that a program always gets."""
    memory_factor: float = 3.0
    """It gets this many times the reference solution's own peak memory where that is more."""
    scratch_bytes: int = 16 << 20
    """Files in the scratch folder."""
    output_bytes: int = 64 << 10
    """Output kept of stdout and stderr together; what is beyond is dropped and noted."""


class Limits(Record, frozen=True):
    """The limits that a policy came to for one program."""

    cpu_seconds: int
    """CPU seconds, whole: the kernel counts in seconds."""
    wall_seconds: float
    """Wall-clock seconds."""
    memory_bytes: int
    """Address space."""
    scratch_bytes: int
    """Files in the scratch folder."""
    output_bytes: int
    """Output kept."""


class LimitHit(StrEnum):
    """Which limit ended a program."""

    cpu = "cpu"
    wall = "wall"
    memory = "memory"
    output = "output"


class Execution(Record, frozen=True):
    """Facts: what happened when a program ran against one test set."""

    sample_id: str
    """The sample that the program came from."""
    problem_id: str
    """The problem it was run for."""
    tests: str
    """Name of the test set."""
    program_sha256: str | None
    """Content hash of the program; None where there was none to run."""
    rules: tuple[str, ...]
    """Extraction rules that made the program differ from stem + completion."""
    exit_code: int | None = None
    """Exit status, if the program ended by itself."""
    signal: int | None = None
    """Signal that ended it, if one that we did not send did."""
    cpu_seconds: float | None = None
    """User and system seconds."""
    wall_seconds: float | None = None
    """Seconds from fork to end."""
    memory_bytes: int | None = None
    """Peak resident memory."""
    limit: LimitHit | None = None
    """Limit that ended it."""
    limits: Limits | None = None
    """Limits it ran under."""
    calls: int = 0
    """Calls of the program's functions that were answered."""
    output: str = ""
    """Kept stdout and stderr, undecodable bytes replaced; untrusted text."""
    cached: bool = False
    """True when these facts are of an earlier, identical program."""


class Outcome(StrEnum):
    """Judgement of one sample."""

    passed = "passed"
    wrong_answer = "wrong_answer"
    runtime_error = "runtime_error"
    time_limit = "time_limit"
    memory_limit = "memory_limit"
    output_limit = "output_limit"
    syntax_error = "syntax_error"
    no_program = "no_program"
    sandbox_error = "sandbox_error"
    """Our own fault: never scored, always counted and shown next to the score."""


class Verdict(Record, frozen=True):
    """Judgement of one sample by one test set."""

    sample_id: str
    """The sample judged."""
    problem_id: str
    """The problem it was judged for."""
    tests: str
    """Name of the test set."""
    outcome: Outcome
    """The judgement."""
    detail: str | None
    """One line on why, for people; untrusted text."""
    channel: Channel
    """Where the tests ran."""
    isolation: Isolation
    """How well the program was locked in."""


# --- what follows from it --------------------------------------------------------------------------------------------


class Tally(Record, frozen=True):
    """Samples scored and passed for one problem."""

    problem_id: str
    """The problem."""
    n: int
    """Samples scored."""
    c: int
    """Samples that passed."""


class Estimate(Record, frozen=True):
    """A number with what it takes to believe it."""

    value: float
    """The point estimate."""
    low: float
    """Lower end of the interval."""
    high: float
    """Upper end of the interval."""
    level: float
    """Nominal coverage of the interval, as 0.95."""
    method: str
    """How the interval was made: `wilson`, `beta`, `bootstrap`."""
    problems: int
    """Problems that entered."""
    samples: int
    """Samples that entered."""


# --- what it cost ----------------------------------------------------------------------------------------------------


class Architecture(Record, frozen=True):
    """Shape of a decoder-only transformer: what its parameters, bytes and FLOPs follow from."""

    layers: int
    """Transformer blocks."""
    hidden: int
    """Width of the residual stream."""
    heads: int
    """Query heads."""
    kv_heads: int
    """Key and value heads; fewer than `heads` where they are grouped."""
    head_dim: int
    """Width of one head."""
    ffn: int
    """Inner width of the feed-forward block; of one expert, where there are experts."""
    vocab: int
    """Rows of the embedding table."""
    tied: bool
    """Whether the output head is the embedding table."""
    gated: bool = True
    """Whether the feed-forward block has three matrices (gate, up, down) and not two."""
    attention_bias: bool = False
    """Whether the query, key and value projections have biases."""
    output_bias: bool = False
    """Whether the attention's output projection has a bias."""
    ffn_bias: bool = False
    """Whether the feed-forward matrices have biases."""
    norm_bias: bool = False
    """Whether the norms have biases."""
    qk_norm: bool = False
    """Whether queries and keys are normalised for each head."""
    positions: int = 0
    """Rows of a learned position table; 0 where positions are rotated in and have no parameters."""
    experts: int = 0
    """Experts in each feed-forward block; 0 for a dense model."""
    experts_active: int = 0
    """Experts that each token goes through."""
    shared_ffn: int = 0
    """Inner width of the expert that every token goes through; 0 if there is none."""
    shared_gate: bool = False
    """Whether that expert's output is weighed by a gate of its own, one row of `hidden`."""


class ModelSpec(Record, frozen=True):
    """What is known of a model, its samples apart."""

    name: str
    """As in `Qwen2.5-Coder-1.5B`."""
    family: str
    """Models of one family share a recipe; scaling is fitted within one."""
    kind: str
    """`base` or `instruct`."""
    parameters: int
    """All parameters, counted."""
    architecture: Architecture | None = None
    """Its shape; None where it is not known, and costs cannot be modelled."""
    weight_bits: float = 16.0
    """Bits for each weight."""
    source: str = ""
    """Where the shape was read."""


class Unit(StrEnum):
    """What a cost is counted in."""

    tokens = "tokens"
    flops = "flops"
    """Floating-point operations, causal and useful: two for each multiply-add."""
    seconds = "seconds"
    """Device-seconds: the window times its devices, shared over the samples in flight; no latency."""
    joules = "joules"
    dollars = "dollars"
    byte_seconds = "byte_seconds"
    """Memory held, times the seconds for which it was held."""


class Basis(StrEnum):
    """Where a cost comes from."""

    measured = "measured"
    """Read from a counter or a clock."""
    modelled = "modelled"
    """Computed from an architecture and a device."""
    priced = "priced"
    """Computed from a price."""


class Cost(Record, frozen=True):
    """What one sample used, in one unit. Absent units have no record."""

    unit: Unit
    """The unit."""
    prompt: float
    """What reading the prompt used; shared by the samples of a problem where the backend reads it once."""
    completion: float
    """What writing the completion used."""
    basis: Basis
    """Where the figures come from; the weakest, if from several places."""


class Budget(Record, frozen=True):
    """An amount of one unit that each problem may spend."""

    amount: float
    """How much, above 0."""
    unit: Unit
    """Of what."""


class Regime(StrEnum):
    """How an answer is chosen inside a budget."""

    single = "single"
    """One greedy answer."""
    oracle = "oracle"
    """Any sample passes: coverage. Nothing that can be deployed, since the hidden tests choose."""
    selected = "selected"
    """A selector picks one sample; what it uses is charged."""


class Comparison(Record, frozen=True):
    """Two models, or two rungs, on the problems that they share: how far apart, how sure, and what could be seen."""

    a: str
    """Name of the first, as in `Qwen2.5-Coder-7B`."""
    b: str
    """Name of the second."""
    what: str
    """The quantity compared, as `pass@1`."""
    value_a: float
    """Mean of the first over the shared problems."""
    value_b: float
    """Mean of the second over the same problems."""
    difference: Estimate
    """`value_a − value_b`, from −1 to 1, with its paired interval; its `samples` are those of both together."""
    a_better: int
    """Shared problems on which the first did better; with one sample each, those that only the first solved."""
    b_better: int
    """Shared problems on which the second did better."""
    p_value: float
    """Chance of a difference at least as large, in either direction, if the two were exchangeable."""
    p_adjusted: float | None
    """The p value adjusted for a family of comparisons (Holm); None where no family was named."""
    method: str
    """How the p value was made: `mcnemar-exact`, `sign-flip-exact`, `sign-flip`."""
    minimal_detectable_difference: float | None
    """Smallest true difference that as many problems and samples would show; None where the data have no spread."""
    power: float
    """With which chance they would show it, as 0.8, at the level of `difference`."""


class BenchmarkInfo(Record, frozen=True):
    """What names a benchmark beyond doubt."""

    name: str
    """As in `humaneval-pro`."""
    version: str
    """Version of the data."""
    sha256: str
    """Hash of the data file (for data shipped with isocost, of the shipped file)."""
    rung: int
    """Rung of its problems."""
    problems: int
    """Number of problems."""


class JudgePolicy(Record, frozen=True):
    """How samples are judged; verdicts of two policies do not stand in one run."""

    extraction: str
    """Extraction policy and its version, as `auto/1` or `raw/1`."""
    limits: LimitPolicy
    """Limit policy."""
    judge: str
    """Version of the judge, and of Python, that verdicts depend on."""
    isolation: Isolation
    """How well programs were locked in."""


class Generation(Record, frozen=True):
    """How samples are asked for; samples of two ways do not stand in one run."""

    served: str
    """Backend, and what it calls the model, as `openai:qwen2.5-coder-7b`; of a file its name."""
    template: str
    """Name of the prompt template."""
    template_sha256: str
    """Hash of the template's file."""
    form: PromptForm
    """How prompts are put before the model."""
    params: SamplingParams
    """Sampling parameters; the seed is the run's, from which each draw has its own."""


class Manifest(Record, frozen=True):
    """What a run is: written first, compared before anything is added."""

    schema_version: int
    """Version of the run folder's format."""
    isocost_version: str
    """Version that started the run."""
    git_commit: str | None
    """Commit of the working tree it ran from, if any."""
    created: str
    """UTC time, ISO 8601."""
    host: dict[str, str | int]
    """Machine, kernel, Python version, CPU model, cores."""
    model: str
    """The one model of this run."""
    benchmark: BenchmarkInfo
    """The benchmark judged."""
    samples_sha256: str | None
    """Hash of the recorded samples file; None where samples were generated."""
    spec: ModelSpec | None = None
    """What was known of the model when the run was made; None where its name alone has to tell."""
    generation: Generation | None = None
    """How samples were asked for; None where they were recorded elsewhere."""
    judging: JudgePolicy | None = None
    """How they are judged; None until the first judging."""
