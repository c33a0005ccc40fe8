# coding: only-inside-the-sandbox
"""Opens devices: memory, disks, terminals, the kernel's log, virtual machines.

outcome: wrong_answer
"""

import os

worked = []
names = ("mem", "kmem", "port", "kmsg", "sda", "vda", "nvme0n1", "tty", "tty0", "console", "ptmx", "kvm", "fuse", "vsock",
         "net/tun", "loop-control", "mapper/control", "hugepages", "full", "shm", "cpu/0/msr", "userfaultfd")
for name in names:
    for flags in (os.O_RDONLY, os.O_RDWR):
        try:
            worked.append(os.open("/dev/" + name, flags | os.O_NONBLOCK))
        except OSError:
            pass
for way in (lambda: os.mknod("null", 0o20666, os.makedev(1, 3)), lambda: os.mknod("disk", 0o60666, os.makedev(8, 0))):
    try:
        way()
        worked.append(way)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
