# coding: only-inside-the-sandbox
"""Uses context variables, thread locals and weak references.

outcome: passed
"""

import contextvars
import threading
import weakref

total = contextvars.ContextVar("total", default=0)
local = threading.local()


class Box:
    pass


def add(a, b):
    box = Box()
    box.value = a
    local.seen = weakref.ref(box)
    total.set(local.seen().value)
    return contextvars.copy_context().run(total.get) + b
