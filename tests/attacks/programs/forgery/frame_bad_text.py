# coding: only-inside-the-sandbox
"""Sends values that are no text, no JSON, or of tags that do not exist.

outcome: runtime_error
"""

import os

for body in (b"v\n\xff\xfe", b"v\n{", b'v\n{"q":[]}', b"v\nNaN3", b'v\n{"i":"zz"}', b'v\n{"d":[1]}', b"w\n3", b"\n", b"vv\n3"):
    os.write(3, len(body).to_bytes(4, "little") + body)
os._exit(0)
