# coding: only-inside-the-sandbox
"""Adds with generators that send, throw and delegate.

outcome: passed
"""

def running():
    total = 0
    while True:
        try:
            number = yield total
        except ValueError:
            return total
        total += number


def outer(numbers, out):
    gen = running()
    next(gen)
    for number in numbers:
        gen.send(number)
        yield number
    try:
        gen.throw(ValueError)
    except StopIteration as stop:
        out.append(stop.value)


def add(a, b):
    out = []
    assert list(outer((a, b), out)) == [a, b]
    return out[0]
