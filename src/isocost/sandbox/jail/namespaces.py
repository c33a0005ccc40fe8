"""Namespaces: a machine of its own with no network, no other processes, and a root made of read-only binds.

Covers: the network of every kind (a new, empty one), processes outside (invisible, unreachable), System V IPC and
message queues, host name, mounts, every path that is not bound here, user ids.
Does not cover: the kernel itself, which is shared; CPU and memory use.

Source: namespaces(7), user_namespaces(7), mount_namespaces(7), pivot_root(2).
"""

from __future__ import annotations

import os
import stat

from isocost.sandbox.jail import kernel

UNSHARE_FLAGS = (
    kernel.CLONE_NEWUSER
    | kernel.CLONE_NEWPID
    | kernel.CLONE_NEWNET
    | kernel.CLONE_NEWIPC
    | kernel.CLONE_NEWUTS
    | kernel.CLONE_NEWNS
)
INNER_ID = 1000
"""User and group id of programs, seen from inside."""
SCRATCH = "/tmp"  # noqa: S108 (a tmpfs of the new root, not the machine's folder)
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_MOUNT_POINTS = ("/mnt", "/media", "/srv", "/var", "/tmp")  # noqa: S108 (hidden from this process alone)
"""Where the new root may stand while it is built; what it hides is held open by then."""
# Flags as statvfs(3) shows them, and as mount(2) takes them: read-only, nosuid, nodev, noexec, noatime, nodiratime, relatime.
_STATVFS_FLAGS = {1: 1, 2: 2, 4: 4, 8: 8, 1024: 1024, 2048: 2048, 4096: 1 << 21}


def open_sources(paths: list[str]) -> dict[str, int | str]:
    """Take hold of what will be bound: a descriptor for a file or folder, the target for a link. Absent paths drop out."""
    sources: dict[str, int | str] = {}
    for path in (*paths, *DEVICES):
        try:
            sources[path] = os.readlink(path) if os.path.islink(path) else os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
    return sources


def build_root(sources: dict[str, int | str], scratch_bytes: int) -> None:
    """Make a private root of read-only binds, with a small scratch tmpfs, and move into it.

    `sources` come from `open_sources` and keep their paths inside. Raises OSError where a step is refused.
    """
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    root = next(point for point in _MOUNT_POINTS if os.path.isdir(point))
    kernel.mount("tmpfs", root, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, "size=1m,mode=755")
    for path, source in sources.items():
        target = root + path
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if isinstance(source, str):
            os.symlink(source, target)
        else:
            _bind(source, target, device=path in DEVICES)
    os.makedirs(root + SCRATCH, exist_ok=True)
    options = f"size={scratch_bytes},nr_inodes=4096,mode=700"
    kernel.mount("tmpfs", root + SCRATCH, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC, options)
    flags = kernel.MS_REMOUNT | kernel.MS_BIND | kernel.MS_RDONLY | kernel.MS_NOSUID | kernel.MS_NODEV
    kernel.mount("none", root, None, flags)
    os.chdir(root)
    kernel.pivot_root_here()


def _bind(source: int, target: str, *, device: bool) -> None:
    if stat.S_ISDIR(os.fstat(source).st_mode):
        os.makedirs(target, exist_ok=True)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o644))
    kernel.mount(f"/proc/self/fd/{source}", target, None, kernel.MS_BIND | kernel.MS_REC)
    os.close(source)
    flags = kernel.MS_NOSUID | (kernel.MS_NOEXEC if device else kernel.MS_RDONLY | kernel.MS_NODEV)
    # A bind inside a user namespace must keep the flags that its source mount is locked to.
    held = os.statvfs(target).f_flag
    for bit, flag in _STATVFS_FLAGS.items():
        if held & bit:
            flags |= flag
    kernel.mount("none", target, None, kernel.MS_REMOUNT | kernel.MS_BIND | flags)
