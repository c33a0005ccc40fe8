# coding: only-inside-the-sandbox
"""Is empty but for a line break.

outcome: runtime_error
where: @NOTHING@ = ""
"""

@NOTHING@
