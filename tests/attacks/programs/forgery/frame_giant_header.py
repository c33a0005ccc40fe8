# coding: only-inside-the-sandbox
"""Announces a frame of four gigabytes.

outcome: runtime_error | output_limit
"""

import os

os.write(3, b"\xff\xff\xff\xffv\n3")
os._exit(0)
