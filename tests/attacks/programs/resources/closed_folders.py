# coding: only-inside-the-sandbox
"""Makes folders and files of mode 000, the scratch folder itself among them.

outcome: wrong_answer | runtime_error | output_limit
"""

import os
import time

top = os.getcwd()
os.makedirs("a/b/c")
with open("a/b/c/file", "w") as file:
    file.write("x")
for path in ("a/b/c/file", "a/b/c", "a/b", "a", top):
    try:
        os.chmod(path, 0)
    except OSError:
        pass
time.sleep(0.3)


def add(a, b):
    return None
