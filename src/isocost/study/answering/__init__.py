"""Answering: from judged runs, or from any evidence, to a result: what is solved at each budget, and how sure."""
