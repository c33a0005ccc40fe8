"""Study files: what twelve lines say, and what is answered to those that make no sense."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from isocost.backends.options import BackendOptions
from isocost.errors import InputError
from isocost.study.generating.planned import plan_runs
from isocost.study.running.asking import Place, generate_request
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
prices = "prices.toml"
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
STEPS = MODELS + 'ladder = "steps"\n'


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
        (STEPS + "temperature = nan", ":3: 'temperature' is nan, expected a number from 0 (greedy) to 5"),
        (STEPS + "top_p = 3", ":3: 'top_p' is 3.0, expected a number above 0, and 1 at most"),
        (STEPS + 'name = "../else"', ":3: 'name' is '../else', expected the name of a folder"),
        (STEPS + "[caps]\ntokens = 0", ":4: 'caps.tokens' is 0, expected a number above 0"),
        (STEPS + "[caps]\nhours = nan", ":4: 'caps.hours' is nan, expected a number above 0"),
        (STEPS + "[caps]\ndollars = 3", ":4: 'caps.dollars' is 3.0, expected prices = "),
        (STEPS + "[judging]\ncpu_seconds = 0", ":4: 'judging.cpu_seconds' is 0.0, expected a number above 0"),
        (STEPS + "[judging]\nmemory_mib = 0", ":4: 'judging.memory_mib' is 0, expected a whole number from 1"),
        (STEPS + "[judging]\nworkers = 0", ":4: 'judging.workers' is 0, expected a whole number from 1 on"),
        (STEPS + "[analysis]\nlevel = 2", ":4: 'analysis.level' is 2.0, expected a number between 0 and 1"),
        (STEPS + "[analysis]\ndraws = 30", ":4: 'analysis.draws' is 30, expected a whole number from 40 on"),
        (STEPS + '[analysis]\ndevice = "H100-SMX"', ":4: no known device is called 'H100-SMX'; did you mean H100-SXM?"),
        (STEPS + 'benchmarks = ["step-pro"]', ":3: 'benchmarks' is 'step-pro', expected a file, or one of humaneval"),
        (STEPS + 'prompt = "chatt"', ":3: no prompt template is called 'chatt'; did you mean chat?"),
        (
            'ladder = "steps"\n[[models]]\naddress = "scripted:right"\nprompt = "chatt"',
            ":4: no prompt template is called 'chatt'",
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


def test_files_are_meant_from_the_folder_of_the_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Samples, a template and a benchmark that lie beside the study are found from anywhere, others stay as typed."""
    folder = tmp_path / "studies"
    folder.mkdir()
    monkeypatch.chdir(tmp_path)
    (folder / "mine.toml").write_text('name = "mine"\nform = "chat"\ntext = "$prompt"\n')
    (folder / "old.jsonl").write_text("")
    (folder / "own.jsonl").write_text("")
    (folder / "steps").write_text("a file that has the name of a benchmark")
    (folder / "two.toml").write_text(
        'models = ["replay:old.jsonl", "b=hf:owner/model"]\nprompt = "mine.toml"\nbenchmarks = ["own.jsonl", "steps"]\n'
    )
    study = read_study(folder / "two.toml")
    request = generate_request(study, Place(folder=tmp_path / "run", base=Path("studies")), BackendOptions())
    assert [model.target for model in request.models] == ["studies/old.jsonl", "owner/model"]
    assert [model.name for model in request.models] == ["old", "b"]
    assert request.prompts == {"": "studies/mine.toml"}
    assert request.benchmarks == ("studies/own.jsonl", "steps")


def test_every_run_has_a_folder_of_its_own_inside_the_study(tmp_path: Path) -> None:
    """Names without a single letter of ours: two models of another script have two folders, and none is the study's."""
    rows = (resources.files("isocost") / "data" / "steps" / "steps.jsonl").read_text()
    (tmp_path / "题.jsonl").write_text(rows)
    text = 'models = ["模型=scripted:right", "另一=scripted:wrong"]\nbenchmarks = ["题.jsonl"]\nlimit = 1\n'
    (tmp_path / "two.toml").write_text(text)
    place = Place(folder=tmp_path / "runs", base=tmp_path)
    planned = plan_runs(generate_request(read_study(tmp_path / "two.toml"), place, BackendOptions()))
    assert [run.folder.relative_to(place.folder).parts for run in planned] == [("题-模型",), ("题-另一",)]
