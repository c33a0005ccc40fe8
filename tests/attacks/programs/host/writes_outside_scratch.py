# coding: only-inside-the-sandbox
"""Makes files where programs usually may: temporary folders, shared memory, the root.

outcome: wrong_answer
"""

import os

worked = []
for folder in ("/", "/var/tmp", "/dev/shm", "/run", "/usr/lib", "/usr/local/lib", "/dev", "/var", "/mnt", "/opt", "/run/lock"):
    path = os.path.join(folder, "isocost-attack")
    try:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        worked.append(path)
        os.unlink(path)
    except OSError:
        pass
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
        worked.append(folder)
    except OSError:
        pass


def add(a, b):
    return a + b if worked else None
