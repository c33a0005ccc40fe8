# coding: only-inside-the-sandbox
"""Returns containers that contain themselves.

outcome: runtime_error | wrong_answer
"""

def add(a, b):
    items = [1]
    items.append(items)
    table = {"x": items}
    table["self"] = table
    items.append(table)
    return items
