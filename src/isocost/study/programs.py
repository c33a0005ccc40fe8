"""Programs of a run's samples: extraction, with what was extracted before remembered by content."""

from __future__ import annotations

from typing import Literal

import msgspec

from isocost.judge import extraction
from isocost.records import Problem, Program, Sample
from isocost.store.cache import Namespace, VerdictCache
from isocost.store.hashing import content_id, text_sha256
from isocost.store.run import Run

ExtractionPolicy = Literal["auto", "raw"]


class ProgramReader:
    """Reads programs out of samples, a problem at a time."""

    def __init__(self, run: Run, policy: ExtractionPolicy, cache: VerdictCache) -> None:
        self._policy: ExtractionPolicy = policy
        self._cache = cache
        # Raw means the text that the model saw and went on from, where the samples came with it. Prompts of ours say more
        # than code does; what their completions go on from is the problem's stem.
        self._prompts = (
            {prompt.id: prompt.text for prompt in run.prompts.read() if prompt.form is None} if policy == "raw" else {}
        )

    def read(self, problem: Problem, samples: list[Sample]) -> dict[str, Program]:
        """Give each sample's program, by the sample's id."""
        common = content_id([policy_name(self._policy), problem.stem, problem.entry_point])
        keys = {sample.id: self._key(common, sample) for sample in samples}
        known = self._cache.get_many(sorted(set(keys.values())), Namespace.extraction)
        programs = {key: _decode(value) for key, value in known.items()}
        fresh: dict[str, bytes] = {}
        for sample in samples:
            key = keys[sample.id]
            if key not in programs:
                programs[key] = self._extract(problem, sample)
                fresh[key] = _encode(programs[key])
        self._cache.put_many(fresh, Namespace.extraction)
        return {sample_id: programs[key] for sample_id, key in keys.items()}

    def _extract(self, problem: Problem, sample: Sample) -> Program:
        return extraction.extract(
            sample.completion,
            stem=self._prompts.get(sample.prompt_id or "", problem.stem),
            entry_point=problem.entry_point,
            policy=self._policy,
            whole=sample.whole,
        )

    def _key(self, common: str, sample: Sample) -> str:
        prompt = self._prompts.get(sample.prompt_id or "", "")
        return content_id([common, prompt, text_sha256(sample.completion), sample.whole])


def policy_name(policy: ExtractionPolicy) -> str:
    """A policy with its version, as manifests carry it."""
    return f"{policy}/{extraction.VERSION}"


def _encode(program: Program) -> bytes:
    source = None if program.source is None else program.source.encode("utf-8", "surrogatepass")
    return msgspec.msgpack.encode((source, program.rules))


def _decode(value: bytes) -> Program:
    source, rules = msgspec.msgpack.decode(value, type=tuple[bytes | None, tuple[str, ...]])
    return Program(source=None if source is None else source.decode("utf-8", "surrogatepass"), rules=rules)
