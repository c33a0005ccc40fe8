# coding: only-inside-the-sandbox
"""Sends a value nested a million deep.

outcome: runtime_error
"""

import os

body = b"v\n" + b"[" * 1_000_000
data = len(body).to_bytes(4, "little") + body
while data:
    data = data[os.write(3, data) :]
os._exit(0)
