# coding: only-inside-the-sandbox
"""Sends tagged values whose parts are of the wrong kind.

outcome: runtime_error | wrong_answer
"""

import os


def send(body):
    os.write(3, len(body).to_bytes(4, "little") + body)


def add(a, b):
    send(b'v\n{"s":[[1],[2]]}')
    send(b'v\n{"r":[0,1,0]}')
    send(b'v\n{"c":[1,2]}')
    os._exit(0)
