"""Generating: what is asked of models, in which order, where it is kept, and when it stops."""
