"""House rules that a machine can hold. What it cannot hold stands in CONTRIBUTING.md."""

from __future__ import annotations

import ast
import functools
import os
import re
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SRC = ROOT / "src" / "isocost"
DATA = SRC / "data"

WANTED_FILE_LINES, MOST_FILE_LINES = 300, 350
ONE_MODULE_BY_CONTRACT = {"src/isocost/records.py"}  # all records, each field with its line of explanation
MOST_FUNCTION_LINES = 60
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}
HEAVY = ["numpy", "scipy", "duckdb", "huggingface_hub", "aiohttp", "torch", "pandas", "matplotlib"]

# Put together here, so that this file does not hold the strings that it looks for.
INDEX_HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
HOME_FOLDERS = ["home", "root", "work", "Users"]
PATH_OF_A_MACHINE = re.compile(r"(?<![\w.~}-])/(?:" + "|".join(HOME_FOLDERS) + r")/\w")
SCRATCH_LITERAL = re.compile(r"(?:^|[\s\"'=:])/(?:tmp|" + "|".join(HOME_FOLDERS) + r")(?:/|$)")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _modules() -> list[Path]:
    """Our own modules: what is under data/ is material, wrong programs among it."""
    return [path for path in sorted(SRC.rglob("*.py")) if DATA not in path.parents]


@functools.cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _nodes() -> Iterator[tuple[str, Path, ast.AST]]:
    for path in _modules():
        for node in ast.walk(_tree(path)):
            yield f"{_name(path)}:{getattr(node, 'lineno', 0)}", path, node


def _texts() -> Iterator[tuple[str, str]]:
    """Name and text of each text file that git tracks or would track; of the source folders where git is absent."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [path for folder in ("src", "tests", "bench", "docs") for path in (ROOT / folder).rglob("*")]
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            try:
                yield _name(path), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


@pytest.mark.filterwarnings("default:longer than")
def test_files_are_rooms_you_can_see_across() -> None:
    """No module is longer than 350 lines (the records excepted); those above 300 are named in a warning."""
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _modules()}
    long = {name: lines for name, lines in lengths.items() if lines > WANTED_FILE_LINES}
    assert not {name: n for name, n in long.items() if n > MOST_FILE_LINES and name not in ONE_MODULE_BY_CONTRACT}
    if wanted_shorter := {name: lines for name, lines in long.items() if name not in ONE_MODULE_BY_CONTRACT}:
        warnings.warn(f"longer than {WANTED_FILE_LINES} lines: {wanted_shorter}", stacklevel=1)


def test_functions_fit_a_screen() -> None:
    """No function has more than 60 lines, its docstring left out."""
    too_long = {}
    for where, _, node in _nodes():
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if ast.get_docstring(node, clean=False) is not None:
            lines -= (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
        if lines > MOST_FUNCTION_LINES:
            too_long[f"{where} {node.name}"] = lines
    assert not too_long


def test_every_module_says_what_it_is_for() -> None:
    """Every module begins with a docstring."""
    assert not [_name(path) for path in _modules() if not ast.get_docstring(_tree(path))]


def test_only_the_command_line_prints() -> None:
    """`print` is called in cli and nowhere else."""
    prints = [
        where
        for where, path, node in _nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
        if SRC / "cli" not in path.parents and path != SRC / "cli.py"
    ]
    assert not prints


def test_zip_is_always_strict() -> None:
    """Identity, never position: each `zip` has strict=True."""
    loose = [
        where
        for where, _, node in _nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip"
        if not any(
            word.arg == "strict" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in node.keywords
        )
    ]
    assert not loose


def test_modules_have_names_that_say_something() -> None:
    """No module or package is called utils, helpers, manager or the like."""
    named = {part for path in _modules() for part in path.relative_to(SRC).with_suffix("").parts}
    assert not named & NAMES_THAT_SAY_NOTHING


def test_source_has_no_absolute_paths() -> None:
    """No string in src is an absolute path into a home or scratch folder; the sandbox lays out its own root."""
    literals = [
        f"{where} {node.value!r}"
        for where, path, node in _nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if SCRATCH_LITERAL.search(node.value) and SRC / "sandbox" not in path.parents
    ]
    assert not literals


def test_no_file_names_a_folder_of_the_machine_it_was_written_on() -> None:
    """No text file holds a path below somebody's home; what deals with the sandbox may name such paths to refuse them."""
    found = {name: hit.group() for name, text in _texts() if (hit := PATH_OF_A_MACHINE.search(text))}
    assert not {name: path for name, path in found.items() if "sandbox" not in name}


def test_no_file_names_a_package_index() -> None:
    """No text file holds the address of a package index: who installs decides where from."""
    found = {name: host for name, text in _texts() for host in INDEX_HOSTS if host in text}
    assert not found


def test_readme_is_short() -> None:
    """The README has at most 100 lines."""
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md yet")
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= 100


def test_importing_isocost_is_light() -> None:
    """`import isocost` pulls in none of the heavy packages."""
    code = f"import sys, isocost; print(*(name for name in {HEAVY} if name in sys.modules))"
    env = os.environ | {"PYTHONPATH": str(SRC.parent)}
    imported = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert imported.stdout.split() == []


def test_lock_file_is_pinned_and_hashed() -> None:
    """Each locked package has one exact version and hashes, no address, and each run-time dependency is among them."""
    lock = (ROOT / "requirements" / "dev.txt").read_text(encoding="utf-8")
    entries = [entry for entry in re.split(r"\n(?=\S)", lock) if not entry.startswith("#")]
    assert entries
    assert not [entry for entry in entries if not re.match(r"[\w.-]+==\S+", entry) or "--hash=sha256:" not in entry]
    assert not re.search(r"://|file:|--(?:extra-)?index-url|--find-links", lock)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[^\w-]", line)[0].replace("_", "-").lower() for line in project["dependencies"]}
    assert wanted <= {entry.split("==")[0] for entry in entries}
