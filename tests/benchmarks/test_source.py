"""Where benchmark files are found, and how they are fetched, from a real server on this machine."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from isocost.benchmarks import catalogue, load
from isocost.benchmarks.source import Found, Pin, cache_folder, fetch, find
from isocost.errors import BenchmarkError, DataNotFoundError

DATA = b'{"some": "rows"}\n'
SHA256 = hashlib.sha256(DATA).hexdigest()


class Server:
    """A web server that gives what its `pages` hold: bytes, or an address to go on to."""

    def __init__(self) -> None:
        pages: dict[str, bytes | str] = {}
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                page = pages.get(self.path)
                self.send_response(404 if page is None else 302 if isinstance(page, str) else 200)
                if isinstance(page, str):
                    self.send_header("Location", page)
                body = page if isinstance(page, bytes) else b""
                cut = self.path.startswith("/cut")
                self.send_header("Content-Length", str(len(body) + (9 if cut else 0)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Be quiet."""

        self.pages = pages
        self.asked = asked
        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that runs while the test does."""
    running = Server()
    thread = threading.Thread(target=running.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield running
    running.http.shutdown()
    running.http.server_close()
    thread.join()


def _pin(*homes: str, packed: bool = False) -> Pin:
    return Pin(file="data.jsonl", version="v1", sha256=SHA256, homes=homes, packed=packed)


def _env(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"ISOCOST_CACHE": str(tmp_path / "cache"), **more}


def test_the_named_folder_comes_before_the_environment_and_the_cache(tmp_path: Path) -> None:
    """`data_dir`, else ISOCOST_DATA; then the cache."""
    for name in ("one", "two", "cache/benchmarks"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "data.jsonl").write_bytes(DATA)
    env = _env(tmp_path, ISOCOST_DATA=str(tmp_path / "two"))
    assert find([_pin()], tmp_path / "one", env).path.parent.name == "one"
    assert find([_pin()], None, env).path.parent.name == "two"
    assert find([_pin()], None, _env(tmp_path)).path.parent.name == "benchmarks"


def test_a_local_file_with_other_bytes_says_so_in_its_version(tmp_path: Path) -> None:
    """Published bytes carry the published version, others are called by their hash and keep the rules of their name."""
    (tmp_path / "data.jsonl").write_bytes(DATA)
    assert find([_pin()], tmp_path, {}).version == "v1"
    (tmp_path / "data.jsonl").write_bytes(DATA + b"\n")
    found = find([_pin()], tmp_path, {})
    assert (found.version, found.rules) == (f"local:{found.sha256[:8]}", "v1")


@pytest.mark.parametrize("packed", [False, True])
def test_a_download_is_checked_kept_and_not_repeated(tmp_path: Path, server: Server, packed: bool) -> None:
    """The file is fetched once, unpacked where its home packs it, and found in the cache afterwards."""
    server.pages["/data"] = gzip.compress(DATA) if packed else DATA
    pins, env = [_pin(f"{server.url}/data", packed=packed)], _env(tmp_path)
    expected = Found(tmp_path / "cache/benchmarks/data.jsonl", DATA, SHA256, "v1", "v1")
    assert find(pins, None, env) == expected
    assert find(pins, None, env) == expected
    assert server.asked == ["/data"]
    assert [path.name for path in expected.path.parent.iterdir()] == ["data.jsonl"]


def test_homes_are_tried_in_order(tmp_path: Path, server: Server) -> None:
    """A home that is gone, and one that was changed, are passed over for one that has the pinned bytes."""
    server.pages.update({"/changed": DATA + b"!", "/far": DATA, "/moved": "/far"})
    homes = [f"{server.url}/{name}" for name in ("gone", "changed", "moved")]
    assert fetch(_pin(*homes), tmp_path, {}).read_bytes() == DATA
    assert server.asked == ["/gone", "/changed", "/moved", "/far"]


def test_other_bytes_than_pinned_are_not_kept(tmp_path: Path, server: Server) -> None:
    """A wrong checksum is one line with both hashes, and nothing lies in the cache."""
    server.pages["/data"] = b"something else"
    with pytest.raises(BenchmarkError, match=f"SHA-256 [0-9a-f]{{12}}…, expected {SHA256[:12]}…") as caught:
        find([_pin(f"{server.url}/data")], None, _env(tmp_path))
    assert "\n" not in str(caught.value)
    assert not list((tmp_path / "cache/benchmarks").iterdir())


def test_a_download_that_is_cut_is_not_kept(tmp_path: Path, server: Server) -> None:
    """An answer that ends early is a failed download."""
    server.pages["/cut"] = DATA[:5]
    with pytest.raises(DataNotFoundError, match="ended after 5 of 14 bytes"):
        find([_pin(f"{server.url}/cut")], None, _env(tmp_path))
    assert not list((tmp_path / "cache/benchmarks").iterdir())


def test_offline_is_one_line_that_names_the_file_and_its_places(tmp_path: Path) -> None:
    """What is wanted, why it is not here, where it can be had, and the places to put it."""
    env = _env(tmp_path, ISOCOST_DATA=str(tmp_path / "mine"), ISOCOST_OFFLINE="1")
    with pytest.raises(DataNotFoundError) as caught:
        find(catalogue.HUMAN_EVAL_PLUS, None, env)
    text = str(caught.value)
    for part in ("HumanEvalPlus-v0.1.10.jsonl.gz", "https://", str(tmp_path / "mine"), str(tmp_path / "cache")):
        assert part in text
    assert "\n" not in text


def test_a_file_without_a_known_hash_is_never_fetched(tmp_path: Path, server: Server) -> None:
    """Bytes that nothing vouches for are left alone."""
    pin = Pin(file="data.jsonl", version="v1", homes=(f"{server.url}/data",))
    with pytest.raises(DataNotFoundError, match="no public home"):
        find([pin], None, _env(tmp_path))
    assert server.asked == []


def test_a_benchmark_comes_from_the_hub_that_the_user_names(
    tmp_path: Path, server: Server, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HF_ENDPOINT replaces the Hub's address; repository, revision and file are pinned, and so are the bytes."""
    revision = "cd078f93d57d1902b5c3e4ae330166b2ca0e0e80"
    address = f"/datasets/CodeEval-Pro/humaneval-pro/resolve/{revision}/humaneval_pro.json"
    server.pages["/elsewhere"] = (data_dir / "humaneval_pro.json").read_bytes()
    server.pages[address] = "/elsewhere"  # the Hub sends on to its store, too
    monkeypatch.setenv("HF_ENDPOINT", server.url + "/")
    monkeypatch.setenv("ISOCOST_CACHE", str(tmp_path / "cache"))
    benchmark = load("humaneval-pro", data_dir=tmp_path)
    assert (benchmark.info.problems, benchmark.info.version) == (164, "36f292e")
    assert server.asked == [address, "/elsewhere"]


def test_the_cache_folder_is_the_users(tmp_path: Path) -> None:
    """ISOCOST_CACHE as it is, else isocost under XDG_CACHE_HOME, else under ~/.cache; empty variables count as unset."""
    assert cache_folder({"ISOCOST_CACHE": str(tmp_path), "XDG_CACHE_HOME": "/x"}) == tmp_path
    assert cache_folder({"ISOCOST_CACHE": "", "XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "isocost"
    assert cache_folder({}) == Path.home() / ".cache" / "isocost"


def test_pins_are_well_formed() -> None:
    """Every pinned hash is a SHA-256, every home an https address or one on the Hub."""
    pins = {pin for entry in catalogue.ENTRIES.values() for pin in entry.pins}
    for pin in pins:
        assert pin.sha256 is None or (len(pin.sha256) == 64 and int(pin.sha256, 16) >= 0)
        assert all(home.startswith(("https://", "{hub}/datasets/")) for home in pin.homes)
        assert not pin.homes or pin.sha256
