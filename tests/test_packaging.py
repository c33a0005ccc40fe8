"""The wheel as a user meets it: built, installed in an empty environment, and used there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import isocost

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "isocost"

pytestmark = pytest.mark.slow

needs_cli = pytest.mark.skipif(
    not any((SRC / name).exists() for name in ("cli", "cli.py")), reason="there is no command line (isocost.cli) yet"
)


def _run(*command: str | Path, cwd: Path) -> str:
    """Run a command outside the checkout and without PYTHONPATH, so that only what is installed can be found."""
    env = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME"}}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by way of the sdist: what the sdist forgets is not in the wheel either."""
    pytest.importorskip("build", reason="the package `build` is not installed (make test installs it)")
    pytest.importorskip("hatchling", reason="the package `hatchling` is not installed (make test installs it)")
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an empty environment in which the wheel is installed.

    No network: the dependencies come from the environment that runs the tests, by a .pth file that names its
    site-packages. A folder named that way does not have its own .pth files read, so an editable install of isocost
    that may lie there stays invisible. The .pth is written after the wheel is installed, or pip would take the
    isocost that it sees there for the one that is asked for.
    """
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    _run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    site_packages = Path(
        _run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    )
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return folder / "bin"


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    """Every module, the typing marker and every data file are in the wheel, and nothing but the package."""
    in_wheel = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    in_source = {
        path.relative_to(SRC.parent).as_posix()
        for path in SRC.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert in_wheel == in_source


def test_installed_package_is_the_wheel(installed: Path) -> None:
    """In the empty environment `import isocost` finds the wheel's files, with the version of the source."""
    code = "import isocost; print(isocost.__version__, isocost.__file__)"
    version, file = _run(installed / "python", "-c", code, cwd=installed).split()
    assert version == isocost.__version__
    assert installed.parent in Path(file).parents


@needs_cli
def test_installed_command_says_what_it_can_do(installed: Path) -> None:
    """`isocost --help` names the verb `judge`."""
    assert "judge" in _run(installed / "isocost", "--help", cwd=installed)


@needs_cli
def test_installed_command_judges(installed: Path, tmp_path: Path) -> None:
    """`isocost judge` scores a sample of the ladder that ships inside the package, with nothing downloaded."""
    benchmarks = pytest.importorskip("isocost.benchmarks", reason="there is no isocost.benchmarks yet")
    problems = benchmarks.load("steps").problems
    rows = [{"task_id": problem_id, "solution": "raise SystemExit(1)"} for problem_id in problems]
    samples = tmp_path / "samples.jsonl"
    samples.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    told = _run(
        installed / "isocost",
        "judge",
        samples,
        "--benchmark",
        "steps",
        "--out",
        tmp_path / "run",
        "--json",
        cwd=tmp_path,
    )
    answer = json.loads(told)
    assert (answer["problems"], answer["samples"], answer["passed"]) == (len(problems), len(problems), 0)
