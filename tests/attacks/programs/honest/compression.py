# coding: only-inside-the-sandbox
"""Takes its numbers through zlib, bz2, hashlib and base64.

outcome: passed
"""

import base64
import bz2
import hashlib
import zlib


def add(a, b):
    data = bz2.decompress(bz2.compress(zlib.decompress(zlib.compress(f"{a},{b}".encode()))))
    hashlib.sha256(base64.b64encode(data)).hexdigest()
    return sum(map(int, data.decode().split(",")))
