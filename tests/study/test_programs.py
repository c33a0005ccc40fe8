"""Programs of a run's samples: read by the extraction policy, and remembered by content."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.store.run_parts import manifest
from tests.study.judge_parts import benchmark_file, right

from isocost.benchmarks import load
from isocost.judge import extraction
from isocost.records import Problem, Prompt, Sample
from isocost.store.cache import VerdictCache
from isocost.store.run import Run
from isocost.study.programs import ExtractionPolicy, ProgramReader, policy_name

FENCED = f"Here it is:\n```python\n{right(0)}```\nHope it helps."


@pytest.fixture
def problem(tmp_path: Path) -> Problem:
    """The first problem of a small benchmark."""
    return load(str(benchmark_file(tmp_path))).problems["Tiny/0"]


def _sample(completion: str, number: int = 0, *, prompt_id: str | None = None, whole: bool = False) -> Sample:
    return Sample(
        id=f"s{number}",
        problem_id="Tiny/0",
        prompt_id=prompt_id,
        model="m",
        params=None,
        draw=number,
        completion=completion,
        whole=whole,
    )


def _reader(
    tmp_path: Path, policy: ExtractionPolicy, cache: VerdictCache, prompts: tuple[Prompt, ...] = ()
) -> ProgramReader:
    with Run.open(tmp_path / "run", manifest()) as run:
        for prompt in prompts:
            if prompt.id not in run.prompts:
                run.prompts.append(prompt)
    return ProgramReader(Run.read(tmp_path / "run"), policy, cache)


def test_auto_reads_the_fenced_program(tmp_path: Path, problem: Problem) -> None:
    """The program stands alone, and the rules that changed the text are named."""
    program = _reader(tmp_path, "auto", VerdictCache.disabled()).read(problem, [_sample(FENCED)])["s0"]
    assert program.source is not None
    assert "return x + 0" in program.source
    assert "Hope" not in program.source
    assert program.rules


def test_raw_is_prompt_and_completion_untouched(tmp_path: Path, problem: Problem) -> None:
    """Raw continues the text that the model saw: its own prompt where it came with one, else the problem's stem."""
    prompt = Prompt(id="p", problem_id="Tiny/0", template="recorded", text="def f(x): # as sent\n")
    reader = _reader(tmp_path, "raw", VerdictCache.disabled(), (prompt,))
    samples = [_sample("    return x\n"), _sample("    return x\n", 1, prompt_id="p"), _sample(FENCED, 2, whole=True)]
    programs = reader.read(problem, samples)
    assert programs["s0"].source == problem.stem + "    return x\n"
    assert programs["s1"].source == "def f(x): # as sent\n    return x\n"
    assert programs["s2"].source == FENCED


def test_what_was_read_before_is_not_read_again(
    tmp_path: Path, problem: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs are remembered by content: texts that are not valid Unicode and texts without a program too."""
    samples = [_sample(FENCED), _sample("x = '\ud800'\n" + right(0), 1, whole=True), _sample("I cannot.", 2)]
    with VerdictCache(tmp_path / "cache") as cache:
        first = _reader(tmp_path, "auto", cache).read(problem, samples)
        monkeypatch.delattr(extraction, "extract")
        again = _reader(tmp_path, "auto", cache).read(problem, samples)
    assert first == again
    assert first["s2"].source is None


def test_identical_texts_are_read_once(tmp_path: Path, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within one call too, and without a cache."""
    seen: list[str] = []
    real = extraction.extract

    def counted(completion: str, **options: object) -> object:
        seen.append(completion)
        return real(completion, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(extraction, "extract", counted)
    reader = _reader(tmp_path, "auto", VerdictCache.disabled())
    programs = reader.read(problem, [_sample(FENCED, number) for number in range(5)])
    assert len(seen) == 1
    assert len(programs) == 5


def test_all_that_a_program_depends_on_is_in_its_key(tmp_path: Path, problem: Problem) -> None:
    """Another policy, stem, entry point, text or kind of text is another program, also with everything in the cache."""
    prompt = Prompt(id="p", problem_id="Tiny/0", template="recorded", text="def g(x):\n")
    text = "    return x\n"
    other_stem = msgspec.structs.replace(problem, stem="def f(y, x=0):\n")
    with VerdictCache(tmp_path / "cache") as cache:
        raw = _reader(tmp_path, "raw", cache, (prompt,))
        found = [
            raw.read(problem, [_sample(text)])["s0"].source,
            raw.read(problem, [_sample(text, prompt_id="p")])["s0"].source,
            raw.read(problem, [_sample(text, whole=True)])["s0"].source,
            raw.read(other_stem, [_sample(text)])["s0"].source,
            raw.read(problem, [_sample(text + "#\n")])["s0"].source,
        ]
        assert len(set(found)) == len(found)
        auto = _reader(tmp_path, "auto", cache).read(problem, [_sample(FENCED)])["s0"]
        assert auto != raw.read(problem, [_sample(FENCED)])["s0"]


def test_policies_are_named_with_their_version() -> None:
    """Manifests carry the version, so that a run is not resumed by another extraction."""
    assert policy_name("auto") == f"auto/{extraction.VERSION}"
    assert policy_name("raw") == f"raw/{extraction.VERSION}"
