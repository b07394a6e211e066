"""One step of training, taken apart: every array on the way, in numbers, in words and in a picture.

In reading order: `arrays` (what there is), `record` (one step, on a copy), `findings` (what is wrong with it), `trace`
(what users call), `picture`.
"""

from minnet.tracing.arrays import TracedArray
from minnet.tracing.trace import Trace, trace

__all__ = ["Trace", "TracedArray", "trace"]
