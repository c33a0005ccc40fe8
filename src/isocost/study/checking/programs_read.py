"""Programs as they were read out of answers: many that were not found, or many that extraction had to mend."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from isocost.records import Outcome
from isocost.study.checking.finding import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isocost.study.checking.facts import Facts

NO_PROGRAM_WARNING, NO_PROGRAM_SERIOUS = 0.02, 0.10
"""Shares of samples without a program."""
MENDED_WARNING = 0.05
"""Share of programs that a mending rule changed."""
CHANGED_NOTE = 0.20
"""Share of programs that any rule changed."""
MENDING = frozenset({
    "leading_text_dropped", "first_line_indented", "body_indented", "dedented", "session_read", "tail_cut",
    "redefinition_dropped", "unused_dropped",
})  # fmt: skip
"""Rules that make a program of what was none as it stood; the others take an answer out of its wrapping."""


def no_program(facts: Facts) -> Iterator[Finding]:
    """Answers in which no program was found: a refusal, another language, an empty text, or a prompt that misleads."""
    ids = tuple(name for name, outcome in facts.outcomes.items() if outcome is Outcome.no_program)
    share = len(ids) / len(facts.outcomes) if facts.outcomes else 0.0
    if share >= NO_PROGRAM_WARNING:
        yield Finding(
            severity=Severity.serious if share >= NO_PROGRAM_SERIOUS else Severity.warning, check="no_program",
            run=facts.folder, model=facts.model, ids=ids,
            what=f"no program was found in {len(ids)} of {len(facts.outcomes)} answers ({share:.1%})",
            remedy="read some (`isocost show RUN --outcome no_program`); if they are empty or refuse, mend the prompt "
            "template or the stop words and generate again",
        )  # fmt: skip


def extraction_changed(facts: Facts) -> Iterator[Finding]:
    """Programs that extraction changed: what is scored is then the model's text and our reading of it."""
    rules_of = {one.sample_id: one.rules for one in facts.executions}
    if not rules_of:
        return
    mended = tuple(name for name, rules in rules_of.items() if MENDING & set(rules))
    changed = tuple(name for name, rules in rules_of.items() if rules)
    if len(mended) >= MENDED_WARNING * len(rules_of):
        severity, ids, verb = Severity.warning, mended, "mended"
    elif len(changed) >= CHANGED_NOTE * len(rules_of):
        severity, ids, verb = Severity.note, changed, "unwrapped"
    else:
        return
    used = Counter(rule for name in ids for rule in set(rules_of[name]) if verb == "unwrapped" or rule in MENDING)
    most = ", ".join(f"{rule} {count}" for rule, count in used.most_common(4))
    yield Finding(
        severity=severity, check="extraction_changed", run=facts.folder, model=facts.model, ids=ids,
        what=f"extraction {verb} {len(ids)} of {len(rules_of)} programs ({len(ids) / len(rules_of):.1%}): {most}",
        remedy="see `isocost show RUN --extraction`; judge the same samples with --extraction raw, too, and report both "
        "if the scores differ",
    )  # fmt: skip
