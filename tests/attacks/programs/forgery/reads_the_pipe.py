# coding: only-inside-the-sandbox
"""Reads the next calls from the pipe itself, and answers them in another order.

outcome: wrong_answer | runtime_error
"""

import os


def frame(text):
    body = text.encode() if isinstance(text, str) else text
    os.write(3, len(body).to_bytes(4, "little") + body)


import marshal
import threading


def serve():
    while True:
        try:
            os.read(3, 4)
            frame("v\n42")
        except OSError:
            return


threading.Thread(target=serve, daemon=True).start()


def add(a, b):
    return None
