# coding: only-inside-the-sandbox
"""Writes half a frame before the child writes its own.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


def add(a, b):
    os.write(3, (30).to_bytes(4, "little") + b"v\n3")
    return None
