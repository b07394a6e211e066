"""What every race needs, imported once: processes that train are copies of one that has imported this.

It is imported for its effects alone, in the process from which the others are forked. Nothing is compiled here: the
page would wait for that before it can be drawn. The garbage collector leaves alone what was imported: it would write
into all of it, and memory that is written into is no longer shared.
"""

import gc
import signal

import sklearn.datasets  # noqa: F401  generated samples; longer to import than all the rest

import minnet.playground.worker  # noqa: F401
from minnet.kernels import load_compiled

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server
load_compiled()
gc.freeze()
