"""The composition: one module for each process of Podium.

A process that is one (``python -m podium.app.keeper``) looks for no garbage while it imports, for there is
none: that is a sixth of its start. Its main begins to look.
"""

import gc
import sys

if sys.argv[:1] == ["-m"]:  # so Python says it while it looks for the module that it was asked to run
    gc.disable()
