# coding: only-inside-the-sandbox
"""Announces the longest frame that is read, and sends a byte of it.

outcome: runtime_error | output_limit
"""

import os

os.write(3, (16 << 20).to_bytes(4, "little") + b"v")
os._exit(0)
