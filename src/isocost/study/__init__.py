"""The study: from samples to verdicts to a run folder, and from run folders to an answer.

Judging recorded samples is in the files here, its door `isocost.study.judge_file`. The rooms below: `answering` (runs to
a result), `comparing` (two runs), `planning` (before anything is spent), `published` (the literature's figures).
"""
