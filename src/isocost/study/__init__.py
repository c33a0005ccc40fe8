"""The study: from samples to verdicts to a run folder.

Doors: `isocost.study.recorded` (samples that somebody recorded).
"""
