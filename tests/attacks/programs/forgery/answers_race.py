# coding: only-inside-the-sandbox
"""Answers from many threads at once, while the call is made.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


import threading


def shout(number):
    for _ in range(50):
        try:
            frame(f"v\n{number}")
        except OSError:
            return


for number in (3, 0, 42):
    threading.Thread(target=shout, args=(number,), daemon=True).start()


def add(a, b):
    return None
