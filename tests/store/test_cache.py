import os
import signal
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.run_parts import start_python

from isocost.store.cache import FILE_NAME, Namespace, VerdictCache, cache_folder

WRITER = """
import sys
from pathlib import Path
from isocost.store.cache import VerdictCache
with VerdictCache(Path(sys.argv[1])) as cache:
    for start in range(0, int(sys.argv[3]), 50):
        cache.put_many({f"{sys.argv[2]}-{n}": str(n).encode() * 20 for n in range(start, start + 50)})
        assert cache.note is None, cache.note
        sys.stdout.write(f"{start}\\n")
        sys.stdout.flush()
"""


def test_what_was_kept_is_found(tmp_path: Path) -> None:
    """Many keys at once, over several openings; keys that are not there are left out."""
    values = {f"key{n}": bytes([n % 256]) * n for n in range(1700)}
    with VerdictCache(tmp_path / "new" / "cache") as cache:
        cache.put_many(values)
        assert cache.get_many([*values, "absent", "key1"]) == values
    with VerdictCache(tmp_path / "new" / "cache") as cache:
        assert cache.get_many(values) == values
        assert cache.get_many([]) == {}
        cache.put_many({})
        cache.put_many({"key1": b"new"})
        assert cache.get_many(["key1"]) == {"key1": b"new"}
        assert cache.note is None


@given(st.dictionaries(st.text("0123456789abcdef", min_size=1), st.binary()))
def test_any_bytes_come_back(values: dict[str, bytes]) -> None:
    """Values are bytes, whatever they hold, the empty ones included."""
    with VerdictCache() as cache:
        cache.put_many(values, Namespace.expected)
        assert cache.get_many(values, Namespace.expected) == values


def test_namespaces_do_not_meet(tmp_path: Path) -> None:
    """The same key in two namespaces is two entries."""
    with VerdictCache(tmp_path) as cache:
        cache.put_many({"k": b"verdict"})
        cache.put_many({"k": b"program"}, Namespace.extraction)
        assert cache.get_many(["k"], Namespace.verdicts) == {"k": b"verdict"}
        assert cache.get_many(["k"], Namespace.extraction) == {"k": b"program"}
        assert cache.get_many(["k"], Namespace.expected) == {}


def test_a_cache_that_is_off_has_nothing() -> None:
    """`disabled` takes and gives nothing, without a note."""
    with VerdictCache.disabled() as cache:
        cache.put_many({"k": b"v"})
        assert cache.get_many(["k"]) == {}
        assert not cache.enabled
        assert cache.note is None


def test_a_closed_cache_is_off(tmp_path: Path) -> None:
    """After `close` nothing is found and nothing is kept."""
    cache = VerdictCache(tmp_path)
    cache.put_many({"k": b"v"})
    cache.close()
    cache.close()
    assert cache.get_many(["k"]) == {}


def test_where_the_cache_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ISOCOST_CACHE, else XDG_CACHE_HOME (if absolute), else the home folder; asking creates nothing."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("ISOCOST_CACHE", str(tmp_path / "own"))
    assert cache_folder() == tmp_path / "own"
    monkeypatch.setenv("ISOCOST_CACHE", "")
    assert cache_folder() == tmp_path / "xdg" / "isocost"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_folder() == tmp_path / "home" / ".cache" / "isocost"
    assert list(tmp_path.iterdir()) == []
    with VerdictCache() as cache:
        assert cache.enabled
    assert (tmp_path / "home" / ".cache" / "isocost" / FILE_NAME).exists()


@pytest.mark.parametrize("junk", [b"junk" * 500, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_set_aside(tmp_path: Path, junk: bytes) -> None:
    """A file that is no cache is kept under another name, a note says so, and the cache works."""
    (tmp_path / FILE_NAME).write_bytes(junk)
    with VerdictCache(tmp_path) as cache:
        assert cache.enabled
        assert cache.note is not None
        assert "is broken" in cache.note
        assert "\n" not in cache.note
        cache.put_many({"k": b"v"})
        assert cache.get_many(["k"]) == {"k": b"v"}
    assert (tmp_path / f"{FILE_NAME}.broken").read_bytes() == junk
    with VerdictCache(tmp_path) as cache:
        assert cache.note is None
        assert cache.get_many(["k"]) == {"k": b"v"}


def test_a_file_that_breaks_in_the_middle_is_set_aside(tmp_path: Path) -> None:
    """Damage that is only met while looking something up costs the entries, not the run."""
    values = {f"key{n:05}": b"v" * 100 for n in range(3000)}
    with VerdictCache(tmp_path) as cache:
        cache.put_many(values)
    with (tmp_path / FILE_NAME).open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(3 * 4096)
        file.write(b"\xa5" * (size - 3 * 4096))
    with VerdictCache(tmp_path) as cache:
        assert cache.note is None
        found = cache.get_many(values)
        assert found.items() <= values.items()
        assert len(found) < len(values)
        assert cache.note is not None
        assert cache.enabled
        cache.put_many({"k": b"v"})
        assert cache.get_many(["k"]) == {"k": b"v"}
    assert (tmp_path / f"{FILE_NAME}.broken").exists()


def test_a_place_that_cannot_be_used_turns_the_cache_off(tmp_path: Path) -> None:
    """A file where the folder should be, or a folder where the file should be: a note, and no cache."""
    (tmp_path / "file").write_text("")
    (tmp_path / "taken" / FILE_NAME).mkdir(parents=True)
    for place in (tmp_path / "file", tmp_path / "file" / "cache", tmp_path / "taken"):
        with VerdictCache(place) as cache:
            assert not cache.enabled
            assert cache.note is not None
            assert "cannot be used" in cache.note
            assert "ISOCOST_CACHE" in cache.note
            cache.put_many({"k": b"v"})
            assert cache.get_many(["k"]) == {}


def test_a_value_that_is_not_bytes_is_a_bug(tmp_path: Path) -> None:
    """The cache forgives the disk, not its callers, and keeps nothing of that call."""
    with VerdictCache(tmp_path) as cache:
        with pytest.raises(sqlite3.Error):
            cache.put_many({"k": b"v", "l": object()})  # type: ignore[dict-item]
        assert cache.get_many(["k", "l"]) == {}
        cache.put_many({"k": b"v"})
        assert cache.get_many(["k"]) == {"k": b"v"}


def test_processes_may_write_at_once(tmp_path: Path) -> None:
    """Four processes that create and fill one cache together lose nothing."""
    processes = [start_python("-c", WRITER, tmp_path, name, 500) for name in "abcd"]
    for process in processes:
        with process:
            assert process.stdout is not None
            process.stdout.read()
        assert process.returncode == 0
    with VerdictCache(tmp_path) as cache:
        wanted = [f"{name}-{n}" for name in "abcd" for n in range(500)]
        assert len(cache.get_many(wanted)) == 2000


def test_processes_may_meet_a_broken_file_at_once(tmp_path: Path) -> None:
    """Only one of them sets it aside; what each of them then keeps is there."""
    (tmp_path / FILE_NAME).write_bytes(b"junk" * 500)
    source = WRITER.replace("assert cache.note is None", "assert cache.enabled")
    processes = [start_python("-c", source, tmp_path, name, 100) for name in "abcd"]
    for process in processes:
        with process:
            assert process.stdout is not None
            process.stdout.read()
        assert process.returncode == 0
    with VerdictCache(tmp_path) as cache:
        assert cache.note is None
        assert len(cache.get_many(f"{name}-{n}" for name in "abcd" for n in range(100))) == 400
    assert (tmp_path / f"{FILE_NAME}.broken").read_bytes() == b"junk" * 500


def test_the_log_of_a_broken_file_makes_no_wrong_entries(tmp_path: Path) -> None:
    """With what a killed writer left in the write-ahead log beside a broken file, only right values are found."""
    with start_python("-c", WRITER, tmp_path, "a", 1_000_000) as process:
        assert process.stdout is not None
        for _ in range(200):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
    assert (tmp_path / f"{FILE_NAME}-wal").exists()
    (tmp_path / FILE_NAME).write_bytes(b"junk" * 5000)
    with VerdictCache(tmp_path) as cache:
        found = cache.get_many(f"a-{n}" for n in range(10_000))
        assert found == {key: key.partition("-")[2].encode() * 20 for key in found}
        assert cache.enabled
        cache.put_many({"k": b"v"})
        assert cache.get_many(["k"]) == {"k": b"v"}


def test_kill_loses_no_finished_put(tmp_path: Path) -> None:
    """A writer killed at work leaves a whole cache with everything that it had finished putting."""
    for name in "abcde":
        with start_python("-c", WRITER, tmp_path, name, 1_000_000) as process:
            assert process.stdout is not None
            done = [int(process.stdout.readline()) for _ in range(5)]
            process.send_signal(signal.SIGKILL)
        with VerdictCache(tmp_path) as cache:
            wanted = [f"{name}-{n}" for n in range(done[-1] + 50)]
            assert cache.get_many(wanted) == {key: key.partition("-")[2].encode() * 20 for key in wanted}
            assert cache.note is None
