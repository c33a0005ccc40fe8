# coding: only-inside-the-sandbox
"""Writes to, changes, moves and removes a file outside that everybody may write.

outcome: wrong_answer
"""

import os

path, folder = "@CANARY_FILE@", "@CANARY_FOLDER@"
worked = []
for way in (
    lambda: open(path, "a"),
    lambda: open(path, "r+"),
    lambda: os.truncate(path, 0),
    lambda: os.rename(path, path + ".moved"),
    lambda: os.link(path, path + ".linked"),
    lambda: os.link(path, "linked"),
    lambda: os.symlink("x", folder + "/link"),
    lambda: os.mkdir(folder + "/made"),
    lambda: os.mkfifo(folder + "/fifo"),
    lambda: os.mknod(folder + "/node"),
    lambda: open(folder + "/file", "w"),
    lambda: os.chmod(path, 0o600),
    lambda: os.chown(path, os.getuid(), os.getgid()),
    lambda: os.utime(path, (0, 0)),
    lambda: os.setxattr(path, "user.x", b"1"),
    lambda: os.rmdir(folder),
    lambda: os.unlink(path),
):
    try:
        way()
        worked.append(way)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
