"""The probes: small programs that try what a locked-in program must not be able to do, each harmless if it succeeds.

Each is a function `probe()` that returns True when the forbidden thing worked; an `OSError` means that it was refused.
Anything else that a probe raises means that the probe is broken, and counts as an escape: a probe that cannot try
proves nothing. `GIVEN` are the facts of `bait.Bait`. `worked(call, …)` makes a raw system call, with arguments that are
wrong on purpose where success would have an effect, and returns True unless it was refused as such.

They run inside a sandbox only. Source of the system call numbers: `asm/unistd_64.h`, `asm-generic/unistd.h`.
"""

from __future__ import annotations

RUNNER = """
import ctypes, errno, os, socket

_REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSYS)
_COLUMN = 0 if os.uname().machine == "x86_64" else 1
_CALLS = {
    "ptrace": (101, 117), "execve": (59, 221), "mount": (165, 40), "umount2": (166, 39), "chroot": (161, 51),
    "pivot_root": (155, 41), "unshare": (272, 97), "setns": (308, 268), "keyctl": (250, 219), "bpf": (321, 280),
    "io_uring_setup": (425, 425), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "memfd_create": (319, 279),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "process_vm_readv": (310, 270), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "init_module": (175, 105), "open_by_handle_at": (304, 265), "clock_settime": (227, 112),
    "sethostname": (170, 161), "syslog": (103, 116), "setpriority": (141, 140), "sched_setscheduler": (144, 119),
}
_libc = ctypes.CDLL(None, use_errno=True)


def worked(call, *arguments):
    plain = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    result = _libc.syscall(ctypes.c_long(_CALLS[call][_COLUMN]), *plain)
    return result >= 0 or ctypes.get_errno() not in _REFUSED


def allowed(function, *arguments):
    try:
        function(*arguments)
    except OSError:
        return False
    return True


def run(sources, given):
    found = []
    for name, source in sources:
        place = {"GIVEN": given, "worked": worked, "allowed": allowed, "os": os, "socket": socket}
        try:
            exec(source, place)
            if place["probe"]():
                found.append((name, None))
        except OSError:
            pass
        except BaseException as error:
            found.append((name, f"the probe broke: {type(error).__name__}: {error}"))
    return found
"""
"""Runs a list of `(name, source)`; returns those that escaped, with a reason if the probe itself is broken."""

HOSTILE: dict[str, str] = {
    # --- files
    "reads /etc/passwd": """
def probe():
    return bool(open("/etc/passwd").read(1))
""",
    "lists the home folder": """
def probe():
    return os.listdir(GIVEN["home"]) is not None
""",
    "reads the files of isocost": """
def probe():
    try:
        import isocost.errors
        return True
    except ImportError:
        return bool(open(GIVEN["package"] + "/errors.py").read(1))
""",
    "reads a file next to the scratch folder": """
def probe():
    return bool(open(GIVEN["canary"]).read(1))
""",
    "writes outside the scratch folder": """
def probe():
    folder, canary = GIVEN["folder"], GIVEN["canary"]
    os.symlink(canary, "way-out")
    tries = [
        (open, canary, "a"), (open, "way-out", "a"), (open, folder + "/new", "w"), (os.truncate, canary, 1),
        (os.mkdir, folder + "/new-folder"), (os.symlink, "/", folder + "/new-link"), (os.link, canary, "stolen"),
        (os.link, "way-out", folder + "/new-name"), (os.rename, "way-out", folder + "/moved"),
        (os.rename, canary, "moved-in"), (os.unlink, canary), (os.mkfifo, folder + "/pipe"),
    ]
    return any([allowed(*attempt) for attempt in tries])
""",
    "changes mode or times of a file outside": """
def probe():
    return any([allowed(os.chmod, GIVEN["canary"], 0o640), allowed(os.utime, GIVEN["canary"], (1, 1))])
""",
    "writes into the Python library": """
def probe():
    file, now = os.__file__, os.stat(os.__file__)
    return any([allowed(open, file, "a"), allowed(os.chmod, file, now.st_mode & 0o7777),
                allowed(os.utime, file, (now.st_atime, now.st_mtime))])
""",
    "opens devices": """
def probe():
    nameless = allowed(os.open, "/dev/shm", os.O_TMPFILE | os.O_RDWR)
    return any([nameless] + [allowed(open, "/dev/" + name, "rb", 0) for name in ("mem", "kmsg", "tty", "ptmx", "fuse")])
""",
    # --- what was left or handed down
    "finds something in the environment": """
def probe():
    return bool(set(os.environ) - set(GIVEN["environment"]))
""",
    "finds an open file that is not its own": """
def probe():
    return any([allowed(os.fstat, fd) for fd in range(4, 1024)])
""",
    # --- processes
    "lists /proc or reads from it": """
def probe():
    ways = ["/proc", "/proc/self/fd", f"/proc/{GIVEN['pid']}/task"]
    files = ["/proc/self/mem", "/proc/self/maps", "/proc/1/environ", f"/proc/{GIVEN['pid']}/cmdline", "/proc/meminfo"]
    return any([allowed(os.listdir, way) for way in ways] + [allowed(open, file, "rb", 0) for file in files])
""",
    "signals another process": """
def probe():
    others = {GIVEN["pid"], os.getppid(), 1, 0, -1, -os.getpgrp()} - {os.getpid(), -os.getpid()}
    return any([allowed(os.kill, other, 0) for other in others]) or worked("pidfd_send_signal", -1, 0, 0, 0)
""",
    "has a signal sent by a file": """
def probe():
    import fcntl
    mine, other = os.pipe()
    return any([allowed(fcntl.fcntl, mine, 8, os.getppid()), allowed(fcntl.fcntl, mine, 10, 0)])
""",
    "traces or reads another process": """
def probe():
    seize, parent = 0x4206, os.getppid()
    calls = [("ptrace", seize, parent, 0, 0), ("process_vm_readv", parent, 0, 0, 0, 0, 0), ("pidfd_getfd", -1, 0, 0)]
    return any([worked(*call) for call in calls])
""",
    "forks": """
def probe():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True
""",
    "executes a program": """
def probe():
    return worked("execve", 0, 0, 0)
""",
    "changes how another process is scheduled": """
def probe():
    same = os.sched_getaffinity(0)
    return any([allowed(os.sched_setaffinity, GIVEN["pid"], same), worked("setpriority", 99, 0, 0),
                worked("sched_setscheduler", GIVEN["pid"], 99, 0)])
""",
    # --- network and local sockets
    "opens a TCP socket": """
def probe():
    return any([allowed(socket.socket, family, socket.SOCK_STREAM) for family in (socket.AF_INET, socket.AF_INET6)])
""",
    "opens a UDP socket": """
def probe():
    return any([allowed(socket.socket, family, socket.SOCK_DGRAM) for family in (socket.AF_INET, socket.AF_INET6)])
""",
    "opens a Unix socket": """
def probe():
    return any([allowed(socket.socket, socket.AF_UNIX, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)])
""",
    "opens a netlink, packet, vsock or crypto socket": """
def probe():
    return any([allowed(socket.socket, family, kind) for family, kind in ((16, 3), (17, 3), (40, 1), (38, 5))])
""",
    "reaches a listener on 127.0.0.1": """
def probe():
    with socket.create_connection(("127.0.0.1", GIVEN["port"]), timeout=0.5):
        return True
""",
    "reaches a Unix socket outside": """
def probe():
    def connect(address):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
            one.connect(address)

    def through_a_pair(address):
        for one in socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM):
            one.sendto(b"probe", address)

    ways = (connect, through_a_pair)
    return any([allowed(way, address) for way in ways for address in (GIVEN["abstract"], GIVEN["socket"])])
""",
    # --- rights and the kernel
    "takes another user's id": """
def probe():
    return any([allowed(os.setuid, 0), allowed(os.setgid, 0), allowed(os.setgroups, [])])
""",
    "raises its own limits": """
def probe():
    import resource as r
    kinds = (r.RLIMIT_CPU, r.RLIMIT_AS, r.RLIMIT_FSIZE, r.RLIMIT_NOFILE, r.RLIMIT_CORE, r.RLIMIT_STACK)

    def raised(kind):
        soft, hard = r.getrlimit(kind)
        if hard == r.RLIM_INFINITY:
            return True
        try:
            r.setrlimit(kind, (soft, hard + 1))
        except ValueError:
            return False
        return True
    return any([raised(kind) for kind in kinds])
""",
    "mounts, or changes its root": """
def probe():
    import ctypes
    nothing = ctypes.c_char_p(b"no-such-thing")
    calls = [("mount", nothing, ctypes.c_char_p(b"/"), nothing, 0, 0), ("umount2", 0, 0), ("chroot", 0),
             ("pivot_root", 0, 0)]
    return any([worked(*call) for call in calls])
""",
    "uses keys, bpf, io_uring, perf or userfaultfd": """
def probe():
    calls = [("keyctl", 0, -3, 0), ("bpf", -1, 0, 0), ("io_uring_setup", 1, 0), ("perf_event_open", 0, 0, -1, -1, 0),
             ("userfaultfd", -1)]
    return any([worked(*call) for call in calls])
""",
    "makes memory that outlives it": """
def probe():
    calls = [("memfd_create", 0, 0), ("shmget", 0, 0, 0), ("msgget", 0x1507, 0), ("semget", 0x1507, -1, 0),
             ("mq_open", 0, 0, 0, 0)]
    return any([worked(*call) for call in calls])
""",
    "changes the clock, the host name or the kernel": """
def probe():
    calls = [("clock_settime", 0, 0), ("sethostname", 0, -1), ("init_module", 0, 0, 0), ("syslog", 10, 0, 0),
             ("open_by_handle_at", -1, 0, 0)]
    return any([worked(*call) for call in calls])
""",
    # Last: where it works, this process has all rights in a namespace of its own, and what follows would differ.
    "makes a namespace of its own": """
def probe():
    return worked("setns", -1, 0) or worked("unshare", 0x10000000)
""",
}  # fmt: skip
"""What must not work, by what it does; run in this order, in one program."""

LEAVE = """
def leave():
    import os
    os.mkdir("left")
    open("left/file", "w").write("x")
    os.symlink("/", "left-link")
"""

FOUND = """
def found():
    import os, tempfile
    return bool(os.listdir(".") or os.listdir(tempfile.gettempdir()))
"""

FLOOD = """
def flood(total):
    import os, time
    try:
        for number in range(4):
            with open(f"flood-{number}", "wb") as file:
                file.write(bytes(total // 2))
    except OSError:
        return False
    time.sleep(1)
    return True
"""
"""Fills the scratch folder to twice what is allowed; to be stopped by an error, or by being ended, within a second."""
