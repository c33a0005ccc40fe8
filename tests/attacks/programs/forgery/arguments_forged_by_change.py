# coding: only-inside-the-sandbox
"""Says of the arguments that they changed into what makes the sum right.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


frame('w\nv 3\n{"t":[{"i":"3"},{"i":"0"}]}')
frame('w\na 0\n{"t":[3,3]}')
frame('w\nw w\nw')


def add(a, b):
    return None
