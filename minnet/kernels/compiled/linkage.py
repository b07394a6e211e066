"""Kernels that keep to the copies of functions in their own machine code.

Numba compiles a function that kernels call twice: once by itself, and once as a part of each kernel, where the compiler
sees more and may round otherwise. In a process that compiles, a kernel's calls would go to the first, because two
functions of one name are one for the linker; in a process that loads the kernel from disk, to the second. So that both
compute the same bits, nothing in a kernel but its entry is seen from outside.
"""

from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class KernelLibrary(JITCodeLibrary):
    """Machine code of a kernel; what was compiled into it becomes internal once it is optimized."""

    def _finalize_final_module(self):
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.linkonce_odr:
                function.linkage = Linkage.internal
        super()._finalize_final_module()


class KernelCompiler(Compiler):
    """Numba's compiler, into such a library."""

    def define_pipelines(self):
        self.state.library = KernelLibrary(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
        self.state.library.enable_object_caching()
        return super().define_pipelines()
