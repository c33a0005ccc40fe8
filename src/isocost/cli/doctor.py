"""`isocost doctor`: whether programs can be locked in on this machine, and what is missing."""

from __future__ import annotations

import msgspec

from isocost.cli.options import DataDir, Json
from isocost.cli.output import escaped, print_facts, print_json, print_table
from isocost.study.diagnosis import CacheSeen, Diagnosis, LevelSeen, diagnose


def doctor(*, data_dir: DataDir = None, json: Json = False) -> int:
    """Say whether programs can be locked in on this machine, and what is missing.

    Every level of isolation is started, runs an honest program, and is probed by harmless programs that try what a
    locked-in program must not be able to do. Ends with exit code 3 when no level is good enough.
    """
    found = diagnose(data_dir)
    if json:
        print_json(msgspec.to_builtins(found))
    else:
        _print(found)
    return 0 if found.takes is not None else 3


def _print(found: Diagnosis) -> None:
    host = found.host
    print_facts([
        ("isocost", f"{found.version} ({found.judge})"),
        ("python", str(host["python"])),
        ("machine", f"{host['machine']}, {host['cores']} cores, {host['kernel']}"),
        ("cgroup", found.cgroup or "none was handed over: ISOCOST_CGROUP names folders that may be used"),
        ("cache", _cache(found.cache)),
    ])  # fmt: skip
    print()
    rows = [[level.level.value, _started(level), _honest(level), _probed(level), _verdict(level)]
            for level in found.levels]  # fmt: skip
    print_table(["isolation", "starts in", "honest program", "probes contained", "good for untrusted programs"], rows)
    for level in found.levels:
        for line in _why_not(level):
            print(f"  {escaped(line)}")
    if found.takes is not None:
        print(f"\njudge takes: {found.takes}")
    else:
        print("\njudge takes: none, and refuses; --unsafe would run programs with all your rights")
    print()
    rows = [[item.name, item.place or f"not here: {item.file}"] for item in found.benchmarks]
    print_table(["benchmark", "file"], rows)
    missing = {item.file: item.home for item in found.benchmarks if item.place is None}
    if missing:
        print("\njudge downloads what is missing when it can; by hand, put it into the folder that ISOCOST_DATA names:")
        for file, home in missing.items():
            unpacked = " (unpacked)" if home is not None and home.endswith(".gz") and not file.endswith(".gz") else ""
            print(f"  {escaped(file)}: {escaped(home or 'no public home is known')}{unpacked}")


def _cache(cache: CacheSeen) -> str:
    if not cache.writable:
        return f"{cache.folder}: cannot be written, so every program is run anew; ISOCOST_CACHE names another folder"
    return f"{cache.folder}: {cache.bytes / 1e6:.1f} MB" if cache.exists else f"{cache.folder}: not made yet"


def _started(level: LevelSeen) -> str:
    return "does not" if level.start_milliseconds is None else f"{level.start_milliseconds:.0f} ms"


def _honest(level: LevelSeen) -> str:
    if not level.starts:
        return "–"
    return "works" if level.honest else "fails"


def _probed(level: LevelSeen) -> str:
    return f"{level.contained} of {level.probes}" if level.probes else "not probed"


def _verdict(level: LevelSeen) -> str:
    if level.holds:
        return "yes"
    return "no, only by --unsafe" if level.level == "unsafe" else "no"


def _why_not(level: LevelSeen) -> list[str]:
    lines = []
    if level.reason is not None:
        lines.append(f"{level.level}: {level.reason}")
    if level.escaped:
        lines.append(f"{level.level}: a program {', '.join(level.escaped)}")
    if level.remedy is not None:
        lines.append(f"{level.level}: to get it, {level.remedy}")
    return lines
