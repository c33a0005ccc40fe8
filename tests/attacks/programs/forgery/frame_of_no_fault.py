# coding: only-inside-the-sandbox
"""Says that it did not compile, so that the failure might be nobody's.

outcome: runtime_error | syntax_error
"""

import os

body = b"c\nSandboxError\nour own fault"
os.write(3, len(body).to_bytes(4, "little") + body)
os._exit(0)
