"""Checking: when not to believe a result, with what was seen and what to do about it (pyperf's idea).

Facts are gathered once (`facts`); each check is a small function over them, one thought a file, listed in `registry`.
"""
