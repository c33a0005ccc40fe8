"""The corpus is data: nothing in `programs` is collected, imported or looked into for doctests."""

collect_ignore = ["programs"]
