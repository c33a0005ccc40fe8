"""Study files: what twelve lines say, and what is answered to those that make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from isocost.errors import InputError
from isocost.study.running.study_file import read_study

TWELVE = """\
models = ["small=http://127.0.0.1:8080/v1#qwen-0.5b", "large=http://127.0.0.1:8081/v1#qwen-7b"]
ladder = "steps"
samples = 4
temperature = 0.8
max_tokens = 512
seed = 7
[caps]
dollars = 2.5
[analysis]
unit = "flops"
[judging]
isolation = "strong"
"""


def test_twelve_lines_are_a_study(tmp_path: Path) -> None:
    """The file's name is the study's, models and ladder are read, and the rest has defaults."""
    (tmp_path / "sizes.toml").write_text(TWELVE)
    study = read_study(tmp_path / "sizes.toml")
    assert (study.name, study.samples, study.drawn_at, study.caps.dollars) == ("sizes", 4, 0.8, 2.5)
    assert [one.parsed.name for one in study.listed] == ["small", "large"]
    assert study.benchmarks_at_hand(None) == ("steps", "steps-pro", "steps-deep")


MODELS = 'models = ["a=scripted:right"]\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('ladder = "steps"\nmodels = []', "'models' is missing, expected at least one"),
        ('ladder = "steps"\nmodels = ["hello"]', ":2: 'hello' is no model; expected http://HOST/v1#MODEL"),
        ('ladder = "steps"\nmodels = ["scripted:a", "scripted:a"]', ":2: 'models' is 'a', expected a name once"),
        (MODELS, "'ladder' is missing, expected one of humaneval, mbpp, steps, or benchmarks"),
        (MODELS + 'ladder = "stepz"', ":2: 'ladder' is 'stepz', expected one of humaneval, mbpp, steps; did you mean"),
        (MODELS + 'ladder = "steps"\nsamples = 0', ":3: 'samples' is 0, expected a whole number from 1 on"),
        (
            MODELS + 'ladder = "steps"\nsamples = 2\ntemperature = 0',
            ":4: 'temperature' is 0.0, expected a number above",
        ),
        (MODELS + 'ladder = "steps"\ntarget_width = 5', ":3: 'target_width' is 5.0, expected a share between 0 and 1"),
        (
            MODELS + 'ladder = "steps"\n[analysis]\nunit = "flop"',
            ":4: 'analysis.unit' is 'flop', expected one of tokens",
        ),
    ],
)
def test_a_study_that_makes_no_sense_is_refused(tmp_path: Path, text: str, says: str) -> None:
    """Line, field, value, what was expected, and the nearest right name."""
    (tmp_path / "study.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        read_study(tmp_path / "study.toml")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
