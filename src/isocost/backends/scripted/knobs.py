"""What is typed behind `scripted:`, as `SCRIPT?right=0.6&tpot=0.01`: which answers, how often right, how fast, which faults.

| script | answers |
|---|---|
| `steps` | right and wrong ones to isocost's own ladder, which need no file |
| `right`, `wrong` | the same, with `right=1` or `right=0` |
| `FILE.jsonl` | rows of `task_id` (or `problem_id`), `completion`, and `right` (true unless it says false) |
"""

from __future__ import annotations

import math
from typing import Final

import msgspec

from isocost.errors import UsageError
from isocost.records import Record

STEPS: Final = "steps"


class Knobs(Record, frozen=True):
    """Everything that a script can be told."""

    script: str
    """`steps`, or the path of a file."""
    right: float = 1.0
    """Share of answers that are right, over many problems and draws."""
    right_of: dict[str, float] = msgspec.field(default_factory=dict)
    """The same for problems whose id begins so, as `right.StepsPro=0.2` says it."""
    spread: float = 0.5
    """How much of it belongs to the problem: at 1 a problem is always solved or never, at 0 all are equally hard."""
    ttft: float = 0.02
    """Seconds to the first token, beside those of reading the prompt."""
    read: float = 0.0001
    """Seconds for each token of the prompt."""
    tpot: float = 0.005
    """Seconds for each further token."""
    jitter: float = 0.1
    """Seconds differ from the rule by up to this share, by the request."""
    wait: float = 0.0
    """Seconds that really pass for each second of the rule; 0 does not wait."""
    gone: int | None = None
    """The model is gone at this request, counted from 1 since it was started."""
    empty: float = 0.0
    """Share of answers that are empty."""
    garbled: float = 0.0
    """Share of answers that hold control characters, NUL bytes and a lone surrogate."""

    def share(self, problem_id: str) -> float:
        """How often a problem's answers are right; the longest beginning that fits counts."""
        fitting = [name for name in self.right_of if problem_id.startswith(name)]
        return self.right_of[max(fitting, key=len)] if fitting else self.right


_SHARES: Final = frozenset({"right", "spread", "empty", "garbled", "jitter"})
_NAMES: Final = tuple(name for name in Knobs.__struct_fields__ if name not in {"script", "right_of"})


def read_knobs(target: str) -> Knobs:
    """Read what was typed.

    Raises UsageError for a knob that there is not, or a value that it cannot have.

    >>> read_knobs("steps?right=0.6&right.StepsPro=0.2").share("StepsPro/3")
    0.2
    >>> read_knobs("wrong").right
    0.0
    """
    script, _, typed = target.partition("?")
    values: dict[str, float | int] = {}
    if script in {"right", "wrong"}:
        values["right"] = 1.0 if script == "right" else 0.0
        script = STEPS
    right_of: dict[str, float] = {}
    for word in filter(None, typed.split("&")):
        name, sign, text = word.partition("=")
        knob, dot, prefix = name.partition(".")
        if not sign or knob not in _NAMES or (dot and (knob != "right" or not prefix)):
            raise UsageError(
                f"scripted: {word[:60]!r} is no knob; expected {', '.join(f'{known}=…' for known in _NAMES)}, "
                "or right.PREFIX=…, joined by &"
            )
        value = _value(knob, text)
        if dot:
            right_of[prefix] = float(value)
        else:
            values[knob] = value
    return Knobs(script=script, right_of=right_of, **values)  # type: ignore[arg-type]


def _value(knob: str, text: str) -> float | int:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if knob == "gone":
        if text.isdecimal() and int(text) >= 1:
            return int(text)
        raise UsageError(f"scripted: gone={text[:40]!r}, expected the number of a request, from 1 on")
    most = 1.0 if knob in _SHARES else math.inf
    if not 0.0 <= value <= most or math.isinf(value):
        told = "a share from 0 to 1" if knob in _SHARES else "seconds, a number of at least 0"
        raise UsageError(f"scripted: {knob}={text[:40]!r}, expected {told}")
    return value
