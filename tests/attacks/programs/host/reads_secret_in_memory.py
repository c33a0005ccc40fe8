# coding: only-inside-the-sandbox
"""Looks through its inherited memory for a secret that the judge's environment holds.

outcome: wrong_answer | runtime_error
"""

import ctypes

PAGE = 4096
start = ctypes.c_char.in_dll(ctypes.pythonapi, "Py_NoSiteFlag")
libc = ctypes.CDLL(None)
there = (ctypes.c_ubyte * 1)()
secret = bytes([byte ^ 1 for byte in b"@SECRET_TWISTED@"])
environ = ctypes.POINTER(ctypes.c_char_p).in_dll(libc, "environ")
worked = False
stack = ctypes.cast(environ[0], ctypes.c_void_p).value if environ and environ[0] else id(secret)
for centre in (stack, id(object()), ctypes.addressof(start)):
    for page in range((centre & ~(PAGE - 1)) - 64 * PAGE, (centre & ~(PAGE - 1)) + 64 * PAGE, PAGE):
        if libc.mincore(ctypes.c_void_p(page), ctypes.c_size_t(PAGE), there) == 0:
            worked = worked or (secret in ctypes.string_at(page, PAGE) and abs(page - id(secret)) > 16 * PAGE)


def add(a, b):
    return a + b if worked else None
