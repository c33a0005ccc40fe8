"""Samples files of every shape, whole and broken, on a small benchmark written by the test."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.benchmarks import Benchmark, load
from isocost.errors import SamplesError
from isocost.store.recorded_file import LONGEST_LINE
from isocost.study.recorded import RecordedSamples, read_samples, require_complete

ADD = 'def add_one(x: int) -> int:\n    """ Add one to x.\n    >>> add_one(1)\n    2\n    """\n'
ROUND = 'def solve(text):\n    """Tell whether text is balanced.\n    Brackets are ( and ).\n    """\n'
ANGLE = 'def solve(text):\n    """Tell whether text is balanced.\n    Brackets are < and >.\n    """\n'
HALVE = "from math import floor\n\n\ndef halve(\n    x,\n):\n    '''\n    Half of x.\n    '''\n"
PROMPTS = {"T/0": ADD, "T/1": ROUND, "T/2": ANGLE, "T/3": HALVE}
GOOD = b'{"task_id": "T/0", "completion": "    return x + 1"}\n'


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """Four problems in human-eval's shape; two of them differ only in the last line of their docstrings."""
    path = tmp_path_factory.mktemp("benchmark") / "four.jsonl"
    rows = [
        {
            "task_id": id_,
            "prompt": prompt,
            "entry_point": prompt.split("def ")[1].split("(")[0],
            "canonical_solution": "    return None\n",
            "test": "def check(candidate):\n    assert True\n",
        }
        for id_, prompt in PROMPTS.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return load(str(path))


def jsonl(*rows: object) -> bytes:
    """Rows as lines of JSON."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def read(tmp_path: Path, benchmark: Benchmark, content: bytes, *, model: str | None = None) -> RecordedSamples:
    """Write `content` as a samples file and read it back."""
    path = tmp_path / "some-model.jsonl"
    path.write_bytes(content)
    return read_samples(path, benchmark, model=model)


def error_of(tmp_path: Path, benchmark: Benchmark, content: bytes) -> str:
    """The message with which `content` is refused, checked to be one printable line that names the file."""
    with pytest.raises(SamplesError) as caught:
        read(tmp_path, benchmark, content)
    message = str(caught.value)
    assert message.isprintable()
    assert "some-model.jsonl" in message
    return message


# --- shapes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "completions", "whole", "shape"),
    [
        ([{"task_id": "T/0", "completion": "a"}], ["a"], False, "task_id + completion"),
        ([{"task_id": "T/0", "completion": ["a", "b"]}], ["a", "b"], False, "task_id + completion"),
        ([{"id": "T/0", "completion": "a"}], ["a"], False, "task_id + completion"),
        ([{"task_id": "T/0", "solution": "a", "is_solved": True}], ["a"], True, "task_id + solution"),
        ([{"task_id": "T/0", "solution": "a", "completion": "b"}], ["a"], True, "task_id + solution"),
        ([{"task_id": "T/0", "solution": None, "completion": "b"}], ["b"], False, "task_id + completion"),
        ([{"task_id": "T/0", "samples": ["a", "b"]}], ["a", "b"], False, "task_id + samples"),
        ([{"prompt": ADD, "samples": ["a", "b"]}], ["a", "b"], False, "prompt + samples"),
    ],
)
def test_every_usual_shape_is_read(
    tmp_path: Path, benchmark: Benchmark, rows: list[object], completions: list[str], whole: bool, shape: str
) -> None:
    """Each shape gives the same records; only `solution` declares a whole program, and it counts before others."""
    recorded = read(tmp_path, benchmark, jsonl(*rows))
    assert [sample.completion for sample in recorded.samples] == completions
    assert [sample.draw for sample in recorded.samples] == list(range(len(completions)))
    assert {sample.problem_id for sample in recorded.samples} == {"T/0"}
    assert {sample.whole for sample in recorded.samples} == {whole}
    assert recorded.format == f"jsonl: {shape}"


def test_the_container_does_not_matter(tmp_path: Path, benchmark: Benchmark) -> None:
    """Lines or an array, plain or gzip, with a byte order mark, CRLF or blank lines: the same samples."""
    rows = [{"task_id": f"T/{n % 4}", "completion": f"text {n}"} for n in range(9)]
    lines = jsonl(*rows)
    array = json.dumps(rows, indent=1).encode()
    bom = b"\xef\xbb\xbf"
    contents = {
        "jsonl": [lines, lines.rstrip(), bom + lines, lines.replace(b"\n", b"\r\n"), b"\n\n" + lines + b" \n"],
        "jsonl.gz": [gzip.compress(lines), gzip.compress(lines[:99]) + gzip.compress(lines[99:])],
        "json": [array, bom + b"\n " + array],
        "json.gz": [gzip.compress(array)],
    }
    expected = read(tmp_path, benchmark, lines).samples
    assert len(expected) == 9
    for container, variants in contents.items():
        for content in variants:
            recorded = read(tmp_path, benchmark, content)
            assert recorded.samples == expected
            assert recorded.format == f"{container}: task_id + completion"
            assert recorded.sha256 == hashlib.sha256(content).hexdigest()


def test_texts_are_kept_as_they_came(tmp_path: Path, benchmark: Benchmark) -> None:
    """Lone surrogates, NUL characters written as escapes, carriage returns and odd separators survive."""
    text = "a\ud800b\udc00\x00\r\n\u2028\U0001f600"
    recorded = read(tmp_path, benchmark, jsonl({"task_id": "T/0", "completion": text, "logprob": float("nan")}))
    assert recorded.samples[0].completion == text
    array = json.dumps([{"task_id": "T/0", "completion": text, "logprob": float("nan")}]).encode()
    assert read(tmp_path, benchmark, array).samples == recorded.samples


# --- joining -------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=50)
@given(order=st.lists(st.sampled_from(sorted(PROMPTS)), min_size=1, max_size=30), seed=st.integers(0, 9))
def test_draws_count_by_order_within_a_problem(benchmark: Benchmark, order: list[str], seed: int) -> None:
    """Wherever the rows of other problems stand, a problem's samples are its draws 0, 1, … with the same ids."""
    texts = [(id_, f"text {n}") for n, id_ in enumerate(order)]
    regrouped = sorted(texts, key=lambda row: row[0])
    if seed % 2:
        regrouped.sort(key=lambda row: row[0], reverse=True)  # stable: the order within a problem stays
    with tempfile.TemporaryDirectory() as folder:
        one, other = (
            read(Path(folder), benchmark, jsonl(*({"task_id": id_, "completion": text} for id_, text in rows)))
            for rows in (texts, regrouped)
        )
    assert {sample.id: sample for sample in one.samples} == {sample.id: sample for sample in other.samples}
    assert len({sample.id for sample in one.samples}) == len(order)
    for id_ in set(order):
        mine = [sample for sample in one.samples if sample.problem_id == id_]
        assert [(s.draw, s.completion) for s in mine] == list(enumerate(t for i, t in texts if i == id_))
    assert one.missing == tuple(id_ for id_ in PROMPTS if id_ not in order)


def test_rows_without_ids_join_by_their_prompts(tmp_path: Path, benchmark: Benchmark) -> None:
    """Examples may be gone from the docstring and white space changed; order plays no part."""
    shortened = ADD.replace("    >>> add_one(1)\n    2\n", "")
    prompts = {"T/2": ANGLE, "T/3": HALVE.replace("(\n    x,\n)", "( x, )"), "T/1": ROUND + "\n\n", "T/0": shortened}
    recorded = read(tmp_path, benchmark, jsonl(*({"prompt": p, "samples": ["a"]} for p in prompts.values())))
    assert [sample.problem_id for sample in recorded.samples] == list(prompts)
    assert recorded.missing == ()


def test_a_prompt_that_fits_two_problems_is_an_error(tmp_path: Path, benchmark: Benchmark) -> None:
    """Signature and docstring opening agree, and the line that tells the two apart is missing: nothing is guessed."""
    cut = 'def solve(text):\n    """Tell whether text is balanced.\n    """\n'
    message = error_of(tmp_path, benchmark, jsonl({"prompt": ADD, "samples": []}, {"prompt": cut, "samples": ["a"]}))
    assert "line 2: " in message
    assert "T/1, T/2" in message


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        (ADD.replace("Add one to x", "Subtract one"), ["T/0", "another docstring", "Subtract one"]),
        (ADD.replace("add_one", "other"), ["four", "def other(x: int) -> int:"]),
        ("Write a function.", ["four", "Write a function."]),
        ("", ["four"]),
    ],
)
def test_a_prompt_that_fits_no_problem_is_an_error(
    tmp_path: Path, benchmark: Benchmark, prompt: str, words: list[str]
) -> None:
    """The message says what was looked for, and which problem comes near."""
    message = error_of(tmp_path, benchmark, jsonl({"prompt": prompt, "samples": ["a"]}))
    assert all(word in message for word in [*words, "line 1: ", "task_id"])


def test_only_prompts_that_differ_from_the_problems_own_are_kept(tmp_path: Path, benchmark: Benchmark) -> None:
    """A recorded prompt that says something else becomes a Prompt, once, and its samples name it."""
    other = ADD + "    # hint\n"
    rows = [
        {"task_id": "T/0", "prompt": ADD, "completion": "a"},
        {"task_id": "T/0", "prompt": other, "completion": "b"},
        {"task_id": "T/0", "prompt": other, "completion": "c"},
        {"task_id": "T/0", "prompt": [{"role": "user"}], "completion": "d"},
    ]
    recorded = read(tmp_path, benchmark, jsonl(*rows))
    [prompt] = recorded.prompts
    assert (prompt.problem_id, prompt.template, prompt.text) == ("T/0", "recorded", other)
    assert [sample.prompt_id for sample in recorded.samples] == [None, prompt.id, prompt.id, None]
    assert [sample.draw for sample in recorded.samples] == [0, 1, 2, 3]


# --- the model -----------------------------------------------------------------------------------------------------


def test_the_model_is_named_by_argument_then_rows_then_file(tmp_path: Path, benchmark: Benchmark) -> None:
    """Rows without a name don't disagree with those that have one."""
    plain = {"task_id": "T/0", "completion": "a"}
    assert read(tmp_path, benchmark, jsonl(plain)).model == "some-model"
    named = jsonl(plain, plain | {"model": "m-1b"}, plain | {"model": None})
    assert read(tmp_path, benchmark, named).model == "m-1b"
    recorded = read(tmp_path, benchmark, named, model="mine")
    assert {sample.model for sample in recorded.samples} == {recorded.model} == {"mine"}
    path = tmp_path / "codegen-16b.n100.jsonl.gz"
    path.write_bytes(gzip.compress(jsonl(plain)))
    assert read_samples(path, benchmark).model == "codegen-16b.n100"


def test_samples_of_two_models_are_refused(tmp_path: Path, benchmark: Benchmark) -> None:
    """They would be mixed up as draws of one; a name given for all of them says that this is wanted."""
    rows = jsonl(*({"task_id": "T/0", "completion": "a", "model": name} for name in ("m-1b", "m-7b")))
    message = error_of(tmp_path, benchmark, rows)
    assert "'m-1b', 'm-7b'" in message
    assert "--model" in message
    assert len(read(tmp_path, benchmark, rows, model="both").samples) == 2


# --- what is missing -----------------------------------------------------------------------------------------------


def test_missing_problems_need_partial(tmp_path: Path, benchmark: Benchmark) -> None:
    """How many of how many, which, and what to type; a row with an empty list is no sample."""
    recorded = read(
        tmp_path, benchmark, jsonl({"task_id": "T/2", "completion": "a"}, {"task_id": "T/0", "samples": []})
    )
    assert recorded.missing == ("T/0", "T/1", "T/3")
    require_complete(recorded, partial=True)
    with pytest.raises(SamplesError, match=r"no sample for 3 of the 4 problems of four \(T/0, T/1, T/3\).*--partial"):
        require_complete(recorded, partial=False)
    require_complete(
        read(tmp_path, benchmark, jsonl(*({"task_id": i, "completion": ""} for i in PROMPTS))), partial=False
    )


# --- faults --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["is empty"]),
        (b"\n \n", ["is empty"]),
        (b"[]", ["is empty"]),
        (gzip.compress(b""), ["is empty"]),
        (b'{"task_id": "T/0", "samples": []}', ["no sample"]),
        (GOOD + b"{oops}\n", ["line 2: ", "not JSON", "{oops}"]),
        (GOOD + GOOD[:-9], ["line 2: ", "not JSON"]),
        (GOOD + b"\n7\n", ["line 3: ", "no JSON object but 7"]),
        (GOOD + b"null", ["line 2: ", "no JSON object but None"]),
        (b"[1]\n[2]\n", ["no JSON array"]),
        (b'[{"task_id": "T/0", "completion": "a"}, 7]', ["item 2: ", "no JSON object but 7"]),
        (b'{"completion": "a"}', ["line 1: ", "names no problem", "'completion'", "`task_id`"]),
        (b'{"task_id": "T/0"}', ["line 1: ", "no text", "'task_id'", "`completion`"]),
        (b'{"task_id": "T/0", "completion": null}', ["line 1: ", "completion is null"]),
        (b'{"task_id": "T/0", "completion": 3}', ["line 1: ", "completion is 3", "string"]),
        (b'{"task_id": "T/0", "completion": ["a", {}]}', ["line 1: ", "completion[1] is {}", "string"]),
        (b'{"task_id": 1.5, "completion": "a"}', ["line 1: ", "task_id is 1.5"]),
        (b'{"task_id": true, "completion": "a"}', ["line 1: ", "task_id is True"]),
        (GOOD + b'{"task_id": "HumanEval/7", "completion": "a"}', ["line 2: ", "HumanEval/7", "four"]),
        (b'{"task_id": "T/0\\n\\u202e", "completion": "a"}', ["line 1: ", "\\n\\u202e"]),
        (b'{"task_id": "T/0", "completion": "a\x00b"}', ["line 1: ", "NUL"]),
        (b"\x00" * 100, ["line 1: ", "NUL"]),
        (b'{"task_id": "T/0", "completion": "\xff"}', ["line 1: ", "not UTF-8", "0xff"]),
        ('{"task_id": "T/0", "completion": "a"}'.encode("utf-16-le"), ["line 1: ", "NUL"]),
        (b'{"a":' * 100_000, ["line 1: ", "nested"]),
        (b"[" * 100_000, ["no JSON array"]),
        (b'{"a": ' + b"1" * 5_000 + b"}", ["line 1: "]),
        (b"\x1f\x8b" + b"junk" * 9, ["gzip"]),
    ],
)
def test_what_cannot_be_read_is_named_in_one_line(
    tmp_path: Path, benchmark: Benchmark, content: bytes, words: list[str]
) -> None:
    """File, line, the value seen and what was expected; untrusted text is escaped."""
    message = error_of(tmp_path, benchmark, content)
    assert all(word in message for word in words), message
    assert len(message) < 900


def test_the_first_fault_is_reported_and_the_others_counted(tmp_path: Path, benchmark: Benchmark) -> None:
    """A thousand junk lines are one message, and what would stop the reading further down does not hide the first."""
    content = GOOD * 2 + b'junk\n{"task_id": "T/9", "completion": ""}\n' * 500
    assert "line 3: is not JSON" in error_of(tmp_path, benchmark, content)
    assert "(faults in 999 more lines)" in error_of(tmp_path, benchmark, content)
    assert "(faults in 1 more line)" in error_of(tmp_path, benchmark, GOOD + b"junk\n" * 2)
    assert "faults in" not in error_of(tmp_path, benchmark, GOOD + b"junk\n" + GOOD)
    assert "line 1: is not JSON" in error_of(tmp_path, benchmark, gzip.compress(b"junk\n" + random.randbytes(999))[:-9])


@pytest.mark.parametrize("name", ["_identifier", "sample_id"])
def test_a_repeated_sample_id_is_an_error(tmp_path: Path, benchmark: Benchmark, name: str) -> None:
    """A string may stand once in the file, a number once in a problem, where it counts the draws."""
    row = {"task_id": "T/0", "completion": "a"}
    other = row | {"task_id": "T/1"}
    for again in (row, other):
        message = error_of(
            tmp_path, benchmark, jsonl(row | {name: "s-1"}, other | {name: "s-2"}, again | {name: "s-1"})
        )
        assert "line 3: " in message
        assert "'s-1' repeats that of line 1" in message
    assert len(read(tmp_path, benchmark, jsonl(row | {name: 0}, other | {name: 0}, row | {name: 1})).samples) == 3
    assert "0 repeats that of line 1" in error_of(tmp_path, benchmark, jsonl(row | {name: 0}, row | {name: 0}))


def test_a_line_of_50_megabytes_is_refused_unread(tmp_path: Path, benchmark: Benchmark) -> None:
    """It is read no further than the bound, plain or compressed."""
    huge = GOOD + b'{"task_id": "T/0", "completion": "' + b"x" * 50_000_000 + b'"}\n'
    for content in (huge, gzip.compress(huge, 1)):
        message = error_of(tmp_path, benchmark, content)
        assert "line 2: has more than" in message
        assert f"{LONGEST_LINE:,} bytes" in message


@pytest.mark.parametrize("kept", range(0, 70, 3))
def test_a_gzip_file_cut_anywhere_is_an_error(tmp_path: Path, benchmark: Benchmark, kept: int) -> None:
    """Nothing of a file that was cut off is taken for the whole."""
    whole = gzip.compress(jsonl(*({"task_id": i, "completion": f"return {i * 3}"} for i in PROMPTS)), mtime=0)
    assert kept < len(whole)
    assert error_of(tmp_path, benchmark, whole[:kept])
    assert error_of(tmp_path, benchmark, whole[: -1 - kept % 8])


def test_what_is_no_file_is_named(tmp_path: Path, benchmark: Benchmark) -> None:
    """No such file, a directory, a name that is too long."""
    for path, words in ((tmp_path / "no.jsonl", "no such file"), (tmp_path, "directory"), (Path("x" * 999), "opened")):
        with pytest.raises(SamplesError, match=words):
            read_samples(path, benchmark)


@settings(deadline=None, max_examples=200)
@given(
    pieces=st.lists(
        st.one_of(
            st.binary(max_size=30),
            st.just(GOOD),
            st.sampled_from(
                [b"\n", b"[", b"{", b'"', b"\x1f\x8b\x08", b'{"task_id":', b'"T/1"', b',"samples":["a"]}\n']
            ),
        ),
        max_size=8,
    )
)
def test_any_bytes_are_samples_or_one_line(benchmark: Benchmark, pieces: list[bytes]) -> None:
    """Whatever a file holds, it is read, or refused in one printable line; nothing else is ever raised."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            answered = len(read(Path(folder), benchmark, b"".join(pieces)).samples)
        except SamplesError as error:
            answered = str(error).isprintable()
    assert answered
