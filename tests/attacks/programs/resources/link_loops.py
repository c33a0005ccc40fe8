# coding: only-inside-the-sandbox
"""Makes links to themselves, to each other, to their parents and out of the scratch folder.

outcome: wrong_answer
"""

import os
import time

for target, name in (("self", "self"), ("there", "here"), ("here", "there"), (".", "dot"), ("..", "up"), ("/", "root")):
    os.symlink(target, name)
os.makedirs("a/b")
os.symlink("../..", "a/b/c")
os.symlink("/usr/lib", "library")
time.sleep(0.3)


def add(a, b):
    return None
