"""Judgement: from completions to programs, and from executions to verdicts."""
