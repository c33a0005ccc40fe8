"""Parts of the tests of the page: runs written by hand on the ladder `steps`, and a browser that tells all it does."""

from __future__ import annotations

import ast
import functools
import inspect
import json
import os
import random
import shutil
import sysconfig
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from tests.store.run_parts import manifest

from isocost.benchmarks import Benchmark
from isocost.records import Channel, Execution, Isolation, Outcome, Sample, Usage, Verdict
from isocost.store.hashing import text_sha256
from isocost.store.run import Run

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

MODELS = tuple(f"Qwen2.5-Coder-{size}-Instruct" for size in ("0.5B", "1.5B", "3B", "7B", "14B"))
"""Five sizes of one family, whose shapes are known."""
CHROMIUM, DRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
FAILURES = [outcome for outcome in Outcome if outcome not in {Outcome.passed, Outcome.sandbox_error}]


def write_run(
    folder: Path, model: str, benchmark: Benchmark, *, draws: int = 1, share: float = 0.5, text: Callable[[int], str],
) -> Run:  # fmt: skip
    """A run of whole programs, `draws` for each problem, of which about a share passes; nothing is run."""
    chance = random.Random(ascii((model, benchmark.info.name)))
    made = msgspec.structs.replace(manifest(), model=model, benchmark=benchmark.info)
    with Run.open(folder, made) as run:
        for place, problem in enumerate(benchmark.problems.values()):
            for draw in range(draws):
                program = text(place * draws + draw)
                name = f"{model} {problem.id} {draw}"
                usage = Usage(prompt_tokens=90 + place % 7, completion_tokens=60 + len(program) % 50)
                run.samples.append(Sample(
                    id=name, problem_id=problem.id, prompt_id=None, model=model, params=None, draw=draw,
                    completion=program, whole=True, usage=usage,
                ))  # fmt: skip
                passed = chance.random() < share
                outcome = Outcome.passed if passed else chance.choice(FAILURES)
                for tests in problem.tests:
                    run.executions.append(Execution(
                        sample_id=name, problem_id=problem.id, tests=tests, program_sha256=text_sha256(program), rules=(),
                        exit_code=0, cpu_seconds=0.01, memory_bytes=10 << 20, calls=5,
                    ))  # fmt: skip
                    run.verdicts.append(Verdict(
                        sample_id=name, problem_id=problem.id, tests=tests, outcome=outcome,
                        detail=None if passed else f"case {draw}: expected 1, gave {place}", channel=Channel.separate,
                        isolation=Isolation.contained,
                    ))  # fmt: skip
    return Run.read(folder)


@functools.cache
def real_programs() -> tuple[str, ...]:
    """Functions and classes of Python's own library: as hard to compress as what models write."""
    found = []
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > 8:
                piece = "\n".join(source.splitlines()[node.lineno - 1 : node.end_lineno])
                found.append(inspect.cleandoc(f"{piece}\n")[:4000])
    return tuple(found)


@contextmanager
def chromium(folder: Path) -> Iterator[Chrome]:
    """A headless Chromium of its own profile, that logs what its console says and every request it makes."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in (
        "--headless=new", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={folder / 'profile'}",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
    ):  # fmt: skip
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        browser.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder / "saved")}
        )
        browser.get("about:blank")
        yield browser
    finally:
        browser.quit()


def why_no_chromium() -> str | None:
    """Why no page can be opened here; None if one can."""
    for program in (CHROMIUM, DRIVER):
        if shutil.which(program) is None:
            return f"needs {program} (Debian: apt-get install chromium chromium-driver)"
    return None


def open_page(browser: Chrome, page: Path, *, width: int = 1280, dark: bool = False) -> None:
    """Open a page as wide and as dark as wanted, and wait until it says that it is ready."""
    sized = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", sized)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    browser.get(page.as_uri())
    wait(lambda: browser.execute_script("return document.documentElement.dataset.ready === 'yes'"))


def wait(done: Callable[[], object], *, longest: float = 60.0) -> None:
    """Look every 20 ms whether something has come about; fail where it has not."""
    end = time.monotonic() + longest
    while not done():
        assert time.monotonic() < end, "the page did not come to what was waited for"
        time.sleep(0.02)


def console(browser: Chrome) -> list[str]:
    """What the console said since the last time."""
    entries: list[dict[str, str]] = browser.get_log("browser")
    return [entry["message"] for entry in entries]


def asked_for(browser: Chrome) -> list[str]:
    """Every address that was asked for since the last time, but for what is in the page, in its memory, or in the browser's own first tab."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    urls = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return [url for url in urls if not url.startswith(("data:", "blob:", "chrome:", "chrome-untrusted:"))]


def numbers_of(value: object) -> Iterator[float]:
    """Every number in a piece of JSON, in order; true and false are none."""
    if isinstance(value, bool):
        return
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from numbers_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from numbers_of(one)


def parts(result: dict[str, Any], name: str, keys: Sequence[str]) -> list[list[Any]]:
    """The wanted members of each part of a result; `a.b` is member b of a."""
    rows = []
    for part in result[name]:
        row = []
        for key in keys:
            value: Any = part
            for step in key.split("."):
                value = None if value is None else value[step]
            row.append(value)
        rows.append(row)
    return rows
