# coding: only-inside-the-sandbox
"""Returns an object whose class gives a made-up order of base classes.

outcome: runtime_error | wrong_answer
"""

class Meta(type):
    def mro(cls):
        return [cls, Payload, object]

    @property
    def __mro__(cls):
        return (cls, int, object)

    def __getattribute__(cls, name):
        if name == "__mro__":
            return (int, object)
        return super().__getattribute__(name)


class Payload:
    def __eq__(self, other):
        return True


class Spoof(metaclass=Meta):
    pass


def add(a, b):
    return Spoof()
