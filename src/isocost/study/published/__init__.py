"""The published study: figures of the literature that ship with isocost, and what they say."""
