"""A model that is made up: answers from a script, always the same ones, with tokens and seconds by a stated rule."""
