# coding: only-inside-the-sandbox
"""Is an object that pretends to be callable in another way each time.

outcome: runtime_error | wrong_answer
"""

class Slippery:
    @property
    def __call__(self):
        raise AttributeError("no")

    def __getattribute__(self, name):
        raise SystemExit(0)


add = Slippery()
