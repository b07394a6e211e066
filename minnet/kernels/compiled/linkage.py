"""How kernels are compiled: once, as a whole, and each for itself.

Numba compiles a function that kernels call by itself first: it optimizes it, makes machine code of it, and then puts
it into each function that calls it, which is optimized again. Through ten levels of calls the innermost loop would be
optimized ten times, and only the last time counts. So what is compiled into kernels (`cache.inner`) is neither
optimized nor made machine code by itself.

And nothing in a kernel but its entry is seen from outside. Two functions of one name are one for the linker; a kernel
whose calls went to another's copy, compiled where the compiler saw less, could round otherwise in a process that
compiles than in one that loads the kernel from disk.
"""

import gc
from contextlib import contextmanager

from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import PassManager
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import (
    DeadBranchPrune,
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    TranslateByteCode,
)

from minnet.waiting import COMPILING

PASSES = (
    TranslateByteCode,
    FixupArgs,
    IRProcessing,
    GenericRewrites,
    DeadBranchPrune,
    ReconstructSSA,
    NopythonTypeInference,
    PreLowerStripPhis,
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
)


def linked_by(library):
    """The libraries that a library needs, and those that these need, each once."""
    found = list(library._linking_libraries)
    for needed in found:  # grows under way
        if isinstance(needed, PartLibrary):
            found += [further for further in needed._linking_libraries if further not in found]
    return found


class KernelLibrary(JITCodeLibrary):
    """Machine code of a kernel; what was compiled into it becomes internal once it is optimized."""

    def finalize(self):
        needed = linked_by(self)
        for part in needed:
            if isinstance(part, PartLibrary):
                self._final_module.link_in(part._final_module, preserve=True)
        self._linking_libraries = [library for library in needed if not isinstance(library, PartLibrary)]
        super().finalize()

    def _finalize_final_module(self):
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.linkonce_odr:
                function.linkage = Linkage.internal
        super()._finalize_final_module()


class PartLibrary(JITCodeLibrary):
    """Code of a function that is only ever a part of kernels, without the code of its own parts."""

    def _optimize_functions(self, module):
        module.data_layout = self._codegen._data_layout

    def finalize(self):
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.external:
                function.linkage = Linkage.linkonce_odr  # it may be in several libraries
        self._finalized = True

    def _get_module_for_linking(self):
        """With that of all its parts: Numba's own libraries know nothing of them."""
        if self._shared_module is None:
            self._shared_module = self._final_module.clone()
            for library in linked_by(self):
                part = library._final_module if isinstance(library, PartLibrary) else library._get_module_for_linking()
                self._shared_module.link_in(part, preserve=True)
        return self._shared_module

    def get_pointer_to_function(self, name):
        return 0  # there is no machine code, and Python never calls it

    @property
    def codegen(self):
        return self

    def set_env(self, name, environment):
        """What Numba would set in machine code."""


def lean_pipeline():
    """The passes of Numba's pipeline that kernels need: they have no closures, no `with`, and raise nothing."""
    pipeline = PassManager("kernel")
    for step in PASSES:
        pipeline.add_pass(step, step.__name__)
    pipeline.finalize()
    return pipeline


@contextmanager
def without_collection():
    """The compiler makes millions of objects, few of them in circles: to look for those takes a sixth of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class KernelCompiler(Compiler):
    """Numba's compiler, into a library of the first kind."""

    library = KernelLibrary

    @without_collection()
    def compile_extra(self, function):
        with COMPILING:  # Numba has looked on disk before
            return super().compile_extra(function)

    def define_pipelines(self):
        self.state.library = self.library(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        return [lean_pipeline()]


class PartCompiler(KernelCompiler):
    """Numba's compiler, into a library of the second kind."""

    library = PartLibrary
