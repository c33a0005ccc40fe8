# coding: only-inside-the-sandbox
"""Leaves a scratch of odd names, fifos, holes, loops of links and folders without rights.

outcome: wrong_answer
"""

import os

for name in (b"\xff\xfe", b"-rf", b"a\nb", b" ", b"*", b"\x01", b"." * 3, "\u202e".encode(), b"x" * 255):
    try:
        os.mkdir(name)
        os.chdir(name)
    except OSError:
        pass
    for make in (
        lambda: os.symlink("/", "root"), lambda: os.symlink("..", "up"), lambda: os.symlink("loop", "loop"),
        lambda: os.mkfifo("fifo"), lambda: os.link("/etc/passwd", "hard"), lambda: os.mknod("device", 0o020666, 0x103),
    ):
        try:
            make()
        except OSError:
            pass
    try:
        fd = os.open("hole", os.O_CREAT | os.O_RDWR)
        os.ftruncate(fd, 15 << 20)
        os.close(fd)
        os.chmod(".", 0)
    except OSError:
        pass


def add(a, b):
    return None
