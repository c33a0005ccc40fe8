# coding: only-inside-the-sandbox
"""Answers that its values cannot be carried but are true.

outcome: wrong_answer
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


for _ in range(3):
    frame("u\n1 a value of type int")


def add(a, b):
    return None
