# coding: only-inside-the-sandbox
"""Replaces the functions of json, marshal, struct and os that a channel may use.

outcome: wrong_answer | runtime_error
"""

import json
import marshal
import os
import struct

json.dumps = lambda *_, **__: "3"
json.loads = lambda *_, **__: 3
marshal.dumps = lambda *_: b"3"
marshal.loads = lambda *_: ("add", (1, 2), {})
struct.pack = lambda *_: b"\x03\x00\x00\x00"
real_write = os.write
os.write = lambda fd, data: (real_write(fd, b"\x03\x00\x00\x00v\n3"), len(data))[1]


def add(a, b):
    return None
