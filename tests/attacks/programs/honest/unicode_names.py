# coding: only-inside-the-sandbox
"""Has names, text and comments in many scripts.

outcome: passed
"""

def ajouter(été, größe):
    """Сумма двух чисел. 两数之和 🎉"""
    return été + größe  # ≠ ∑


π = ajouter


def add(a, b):
    return π(a, b)
