import json
import random
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.errors import OwnFaultError, RunMismatchError
from isocost.records import Prompt, Sample, Timing
from isocost.store.journal import Journal
from isocost.store.lines import LineCodec

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
NASTY = [
    "",
    "\u2028\u2029\x85",
    "a\r\nb\rc\n",
    "\0",
    "\ud800",
    "\udc80",
    "\ud83d\ude00",
    "\U0001f600",
    '","_exact":"',
    "\ufffd",
]


def prompt(name: str, text: str = "text") -> Prompt:
    """A prompt with this id."""
    return Prompt(id=name, problem_id="HumanEval/0", template="plain", text=text)


def by_id(record: Prompt) -> str:
    """The key of a prompt."""
    return record.id


def writer(path: Path) -> Journal[Prompt]:
    """The journal, open for writing."""
    return Journal(path, Prompt, by_id, writable=True)


def reader(path: Path) -> Journal[Prompt]:
    """The journal, open for reading."""
    return Journal(path, Prompt, by_id)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Place of a journal that is not there yet."""
    return tmp_path / "prompts.jsonl"


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_comes_back_as_it_was(name: str, text: str) -> None:
    """A record is one line of strict JSON and comes back equal, whatever its text holds."""
    codec = LineCodec(Prompt)
    line = codec.encode(prompt(name, text))
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    json.loads(line.decode("utf-8", "strict"))
    assert codec.decode(line) == prompt(name, text)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_texts_survive_the_file(path: Path, text: str) -> None:
    """Line separators, NUL, carriage returns and surrogates neither split a line nor change."""
    journal = writer(path)
    for number in range(3):
        journal.append(prompt(f"{number}{text}", text))
    journal.commit()
    assert [record.text for record in reader(path).read()] == [text] * 3
    assert writer(path).repaired is None


def test_a_record_with_a_lone_surrogate_is_readable_for_others() -> None:
    """Other readers see U+FFFD in its place, and no escape that they would refuse."""
    line = LineCodec(Prompt).encode(prompt("a", "x\ud800y"))
    assert json.loads(line)["text"] == "x\ufffdy"
    assert rb"\ud" not in line


def test_what_is_committed_is_read_back_in_order(path: Path) -> None:
    """Records come back in the order in which they were appended, over several openings."""
    for batch in (["a", "b"], ["c"], ["d", "e"]):
        journal = writer(path)
        for name in batch:
            journal.append(prompt(name))
        journal.commit()
        journal.close()
    journal = reader(path)
    assert [record.id for record in journal.read()] == ["a", "b", "c", "d", "e"]
    assert journal.keys() == {"a", "b", "c", "d", "e"}
    assert len(journal) == 5
    assert "c" in journal
    assert "z" not in journal


def test_an_absent_file_is_an_empty_journal(path: Path) -> None:
    """Neither reading nor opening for writing makes a file; the first commit does."""
    assert list(reader(path).read()) == []
    journal = writer(path)
    journal.commit()
    assert not path.exists()
    assert len(journal) == 0


def test_an_append_counts_at_once_and_is_on_disk_after_commit(path: Path) -> None:
    """`keys` tells what needs no more doing; `read` tells what is safe."""
    journal = writer(path)
    journal.append(prompt("a"))
    assert journal.keys() == {"a"}
    assert list(journal.read()) == []
    journal.commit()
    assert list(journal.read()) == [prompt("a")]


def test_reading_half_way_leaves_the_writer_alone(path: Path) -> None:
    """A reader that stops early does not move the place where the writer goes on."""
    journal = writer(path)
    for name in "abc":
        journal.append(prompt(name))
    journal.commit()
    next(journal.read())
    journal.append(prompt("d"))
    journal.commit()
    assert [record.id for record in journal.read()] == ["a", "b", "c", "d"]


def test_a_key_is_taken_once(path: Path) -> None:
    """Appending a key that is here is a bug, whether it is committed or not."""
    journal = writer(path)
    journal.append(prompt("a"))
    with pytest.raises(ValueError, match="'a' is already in prompts"):
        journal.append(prompt("a"))
    journal.commit()
    with pytest.raises(ValueError, match="already"):
        writer(path).append(prompt("a"))
    assert list(reader(path).read()) == [prompt("a")]


def test_a_record_that_would_not_come_back_is_refused(path: Path) -> None:
    """A NaN or a field of the wrong type is met when it is written, not when the run is read."""
    journal = writer(path)
    with pytest.raises(ValueError, match="cannot be stored"):
        journal.append(Prompt(id="a", problem_id="p", template="t", text=3))  # type: ignore[arg-type]
    samples = Journal(path, Sample, lambda sample: sample.id, writable=True)
    with pytest.raises(ValueError, match="NaN"):
        samples.append(
            Sample(
                id="a",
                problem_id="p",
                prompt_id=None,
                model="m",
                params=None,
                draw=0,
                completion="",
                timing=Timing(total_seconds=float("nan")),
            )
        )
    assert len(journal) == len(samples) == 0


def test_a_journal_that_reads_does_not_write(path: Path) -> None:
    """Appending to a journal opened for reading, or closed, is a bug."""
    with pytest.raises(ValueError, match="open for reading"):
        reader(path).append(prompt("a"))
    journal = writer(path)
    journal.close()
    with pytest.raises(ValueError, match="closed"):
        journal.append(prompt("a"))


def test_a_last_line_cut_at_any_byte_is_dropped(path: Path) -> None:
    """A writer cuts it off with a note and goes on; a reader passes over it and changes nothing."""
    codec = LineCodec(Prompt)
    kept = codec.encode(prompt("a")) + codec.encode(prompt("b", "\ud800"))
    last = codec.encode(prompt("c", "é\u2028\ud800"))
    for cut in range(len(last)):
        path.write_bytes(kept + last[:cut])
        assert [record.id for record in reader(path).read()] == ["a", "b"]
        assert path.read_bytes() == kept + last[:cut]
        journal = writer(path)
        assert journal.keys() == {"a", "b"}
        assert path.read_bytes() == kept
        assert (journal.repaired is None) == (cut == 0)
        journal.append(prompt("c"))
        journal.commit()
        journal.close()
        assert [record.id for record in reader(path).read()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "tail", [b"\0" * 5000, b"\0" * 10 + b"\n", b'{"id":"c"\0\0\0\n\0\0\n\0', b'{"id":\n', b"\n", b"\xff\n"]
)
def test_wreckage_at_the_end_is_torn(path: Path, tail: bytes) -> None:
    """Blocks of NUL bytes after a power loss, and a last line that is not JSON, are dropped with a note."""
    kept = LineCodec(Prompt).encode(prompt("a"))
    path.write_bytes(kept + tail)
    assert list(reader(path).read()) == [prompt("a")]
    journal = writer(path)
    assert journal.repaired == f"prompts.jsonl: dropped a torn tail of {len(tail)} bytes after record 1"
    assert path.read_bytes() == kept


@pytest.mark.parametrize("middle", [b"junk\n", b"\n", b"\0\0\n", b"junk\njunk\n", b"\xff\n", b"[" * 100_000 + b"\n"])
def test_a_broken_line_in_the_middle_is_an_error(path: Path, middle: bytes) -> None:
    """What no crash leaves behind is not mended silently: the error names file and line, the file stays."""
    codec = LineCodec(Prompt)
    content = codec.encode(prompt("a")) + middle + codec.encode(prompt("b"))
    path.write_bytes(content)
    for opening in (writer, lambda place: list(reader(place).read())):
        with pytest.raises(RunMismatchError) as caught:
            opening(path)
        assert f"{str(path)!r} line 2 is not JSON" in str(caught.value)
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


def test_several_broken_lines_at_the_end_are_an_error(path: Path) -> None:
    """One batch cannot leave two whole lines that are not JSON: somebody wrote them, and they stay."""
    content = LineCodec(Prompt).encode(prompt("a")) + b"junk\njunk\n"
    path.write_bytes(content)
    with pytest.raises(RunMismatchError, match="line 2 is not JSON"):
        writer(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id":"b"}\n', "missing required field `problem_id`"),
        (b'{"id":"b","problem_id":"p","template":"t","text":"x","more":1}\n', "unknown field `more`"),
        (b'{"id":"b","problem_id":"p","template":"t","text":"x","_exact":"!"}\n', "_exact"),
        (b'{"id":"b","problem_id":"p","template":"t","text":"x","_exact":"e30="}\n', "_exact"),
        (b'[{"_exact":1}]\n', "_exact"),
        (b'"text"\n', "Expected `object`, got `str`"),
    ],
)
def test_another_record_is_an_error_even_at_the_end(path: Path, line: bytes, reason: str) -> None:
    """JSON that is not the record is not a torn write; nothing is dropped."""
    content = LineCodec(Prompt).encode(prompt("a")) + line
    path.write_bytes(content)
    with pytest.raises(RunMismatchError, match="line 2 is not the record expected here") as caught:
        writer(path)
    assert reason in str(caught.value)
    assert path.read_bytes() == content


def test_a_key_that_stands_twice_is_an_error(path: Path) -> None:
    """The error names the key and the line of its second appearance."""
    path.write_bytes(LineCodec(Prompt).encode(prompt("a")) * 2)
    with pytest.raises(RunMismatchError, match="line 2 repeats the key 'a'"):
        writer(path)
    with pytest.raises(RunMismatchError, match="line 2 repeats the key 'a'"):
        reader(path).keys()


def test_dropped_records_can_be_appended_again(path: Path) -> None:
    """`drop` takes records out for good, keeps the others byte for byte, and the journal goes on."""
    journal = writer(path)
    for name in "abcd":
        journal.append(prompt(name, "\ud800"))
    assert journal.drop({"b", "d", "z"}) == 2
    assert journal.drop({"b"}) == 0
    journal.append(prompt("b"))
    journal.commit()
    journal.append(prompt("e"))
    journal.commit()
    assert [record.id for record in reader(path).read()] == ["a", "c", "b", "e"]
    assert sorted(item.name for item in path.parent.iterdir()) == ["prompts.jsonl"]


def test_an_interrupted_commit_can_be_repeated(path: Path) -> None:
    """An interrupt at any moment of a commit leaves the batch either written or pending, never both."""

    class Interrupted(BaseException): ...

    def interrupt(*_: object) -> None:
        raise Interrupted

    journal, chance, interrupts = writer(path), random.Random(3), 0
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for batch in range(150):
            for number in range(20):
                journal.append(prompt(f"{batch}-{number}", "x" * 1000))
            wanted = True
            while wanted:
                try:
                    signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-5, 3e-3))
                    journal.commit()
                    signal.setitimer(signal.ITIMER_REAL, 0)
                    wanted = False
                except Interrupted:
                    interrupts += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert interrupts > 0
    assert [record.id for record in reader(path).read()] == [f"{b}-{n}" for b in range(150) for n in range(20)]


def test_a_full_disk_leaves_the_last_commit(tmp_path: Path) -> None:
    """On a device that is always full, commit says so in one line and the journal takes nothing more."""
    full = tmp_path / "prompts.jsonl"
    full.symlink_to("/dev/full")
    journal: Journal[Prompt] = Journal(tmp_path / "none.jsonl", Prompt, by_id, writable=True)
    journal.path = full
    journal.append(prompt("a"))
    with pytest.raises(OwnFaultError, match="No space left on device; make room") as caught:
        journal.commit()
    assert "\n" not in str(caught.value)
    with pytest.raises(OwnFaultError, match="No space left"):
        journal.append(prompt("b"))
    with pytest.raises(OwnFaultError, match="No space left"):
        journal.commit()
    journal.close()
