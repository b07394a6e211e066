"""Matrix products at the speed of the processor: one register tile, and two loops around it.

A core multiplies and adds whole vectors of numbers (16 float32 with AVX-512) twice in a cycle, if it finds them in
its registers. Everything else is too slow to be asked twice: so a small block of the result, R rows by V vectors, is
held in registers while the sum over k runs *inside*. Each turn of that loop loads V vectors of B, and for each row
one number of A, copied into all lanes; R x V multiply-adds use them. With R = 6 and V = 4, ten loads feed 24
multiply-adds, and 24 independent sums hide the four cycles that each multiply-add takes.

             B[k, :]   [ v0 | v1 | v2 | v3 ]
    A[0, k]            [  C[0, :]          ]
    A[1, k]            [  C[1, :]          ]      C[r, v] += A[r, k] * B[k, v]
      ...                    ...

Compilers do not find this by themselves, so the tile is written in LLVM's vector instructions, through llvmlite, as
an intrinsic that Numba places into a loop. A takes its rows and its k at any stride; so the same tile serves
x W (forward), x^T dy (gradient) and, with W transposed first, dy W^T (backward). At the right edge the last vector is
loaded and stored under a mask.

Where the processor has fewer or shorter registers, the constants below follow; nothing else changes.
"""

import llvmlite.binding as llvm
import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload
from numba.np import arrayobj

from minnet.kernels.compiled.cache import inner

_FEATURES = llvm.get_host_cpu_features()
VECTOR_BYTES = 64 if _FEATURES.get("avx512f") else 32 if _FEATURES.get("avx2") else 16
ACCUMULATORS = 24 if VECTOR_BYTES == 64 else 12  # of 32 or 16 registers; the rest is for A and B
MAX_VECTORS = 4 if VECTOR_BYTES == 64 else 2
MAX_ROWS = {v: min(8, ACCUMULATORS // v) for v in range(1, MAX_VECTORS + 1)}

I1, I32, I64 = ir.IntType(1), ir.IntType(32), ir.IntType(64)


class Vectors:
    """LLVM instructions on vectors that fill a register, for one dtype."""

    def __init__(self, builder, dtype):
        self.builder, self.size = builder, dtype.bitwidth // 8
        self.lanes = VECTOR_BYTES // self.size
        element = ir.FloatType() if self.size == 4 else ir.DoubleType()
        self.type = ir.VectorType(element, self.lanes)
        self.zero = ir.Constant(self.type, None)
        self.suffix = f"v{self.lanes}f{8 * self.size}"

    def call(self, name, result, arguments):
        signature = ir.FunctionType(result, [argument.type for argument in arguments])
        function = cgutils.get_or_insert_function(self.builder.module, signature, name)
        return self.builder.call(function, arguments)

    def splat(self, number, kind):
        """A number in every lane."""
        undefined, builder = ir.Constant(kind, ir.Undefined), self.builder
        first = builder.insert_element(undefined, number, I32(0))
        return builder.shuffle_vector(first, undefined, ir.Constant(ir.VectorType(I32, self.lanes), None))

    def mask(self, width):
        """True in the first `width` lanes."""
        kind = ir.VectorType(I64, self.lanes)
        return self.builder.icmp_signed("<", ir.Constant(kind, list(range(self.lanes))), self.splat(width, kind))

    def at(self, pointer, offset):
        return self.builder.bitcast(self.builder.gep(pointer, [offset]), self.type.as_pointer())

    def load(self, pointer, offset, mask=None):
        place = self.at(pointer, offset)
        if mask is None:
            return self.builder.load(place, align=self.size)
        return self.call(f"llvm.masked.load.{self.suffix}.p0", self.type, [place, I32(self.size), mask, self.zero])

    def store(self, vector, pointer, offset, mask=None):
        place = self.at(pointer, offset)
        if mask is None:
            self.builder.store(vector, place, align=self.size)
        else:
            arguments = [vector, place, I32(self.size), mask]
            self.call(f"llvm.masked.store.{self.suffix}.p0", ir.VoidType(), arguments)

    def multiply_add(self, a, b, c):
        return self.call(f"llvm.fma.{self.suffix}", self.type, [a, b, c])


def _pointer(context, builder, kind, array, offset):
    return builder.gep(arrayobj.make_array(kind)(context, builder, array).data, [offset])


@intrinsic
def tile(
    typing, rows, vectors, A, a, row_stride, k_stride, B, b, b_stride, C, c, c_stride, K, width, S, s, s_stride, fresh
):
    """``C[r, v] = S[r, v] + sum_k A[r, k] B[k, v]`` for one tile; `width` lanes of the last vector count.

    Arrays are used as flat memory from the given offsets on, with the given strides. S may be C itself, to add to
    it, or a bias with a row stride of 0; with `fresh`, S is 0.
    """
    signature = types.void(
        rows, vectors, A, a, row_stride, k_stride, B, b, b_stride, C, c, c_stride, K, width, S, s, s_stride, fresh
    )

    def generate(context, builder, signature, arguments):
        rows, vectors, A, a, row_stride, k_stride, B, b, b_stride, C, c, c_stride, K, width, S, s, s_stride, fresh = (
            arguments
        )
        kinds = signature.args
        A = _pointer(context, builder, kinds[2], A, a)
        B = _pointer(context, builder, kinds[6], B, b)
        C = _pointer(context, builder, kinds[9], C, c)
        S = _pointer(context, builder, kinds[14], S, s)
        operands = [rows, vectors, A, row_stride, k_stride, B, b_stride, C, c_stride, K, width, S, s_stride, fresh]
        builder.call(_tiles(builder.module, kinds[2].dtype, [operand.type for operand in operands]), operands)
        return context.get_dummy_value()

    return signature, generate


def _tiles(module, dtype, kinds):
    """An LLVM function with all shapes of tile in it; one, not to be copied to every place that calls it."""
    name = f"minnet_tiles_{dtype}"
    if name in module.globals:
        return module.globals[name]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), name)
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    rows, vectors, A, row_stride, k_stride, B, b_stride, C, c_stride, K, width, S, s_stride, fresh = function.args
    simd = Vectors(builder, dtype)
    edge = simd.mask(width)
    shape = builder.add(builder.mul(rows, I64(8)), vectors)
    end = function.append_basic_block("end")
    choice = builder.switch(shape, end)
    for v, most in MAX_ROWS.items():
        for r in range(1, most + 1):
            block = function.append_basic_block(f"tile{r}x{v}")
            choice.add_case(I64(8 * r + v), block)
            builder.position_at_end(block)
            operands = (A, row_stride, k_stride), (B, b_stride), (C, c_stride), (S, s_stride)
            _tile(builder, simd, r, v, *operands, K, edge, fresh)
            builder.branch(end)
    builder.position_at_end(end)
    builder.ret_void()
    return function


def _tile(builder, simd, R, V, a_operand, b_operand, c_operand, s_operand, K, edge, fresh):
    """Instructions of a tile of R rows and V vectors, the last one masked by `edge`."""
    A, row_stride, k_stride = a_operand
    B, b_stride = b_operand
    cells = [(r, v) for r in range(R) for v in range(V)]
    masks = [None] * (V - 1) + [edge]

    def cell(stride, r, v):
        return builder.add(builder.mul(stride, I64(r)), I64(v * simd.lanes))

    with builder.if_else(fresh) as (then, otherwise):
        with then:
            zero_block = builder.basic_block
        with otherwise:
            given = [simd.load(s_operand[0], cell(s_operand[1], r, v), masks[v]) for r, v in cells]
            given_block = builder.basic_block
    starts = []
    for value in given:
        start = builder.phi(simd.type)
        start.add_incoming(simd.zero, zero_block)
        start.add_incoming(value, given_block)
        starts.append(start)
    before = builder.basic_block
    loop, done = builder.append_basic_block("k"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed(">", K, I64(0)), loop, done)

    builder.position_at_end(loop)
    k = builder.phi(I64)
    sums = [builder.phi(simd.type) for _ in starts]
    row_of_b = builder.mul(k, b_stride)
    column_of_a = builder.mul(k, k_stride)
    b = [simd.load(B, builder.add(row_of_b, I64(v * simd.lanes)), masks[v]) for v in range(V)]
    results = []
    for r in range(R):
        offset = builder.add(column_of_a, builder.mul(row_stride, I64(r)))
        a = simd.splat(builder.load(builder.gep(A, [offset])), simd.type)
        results += [simd.multiply_add(a, b[v], sums[r * V + v]) for v in range(V)]
    following = builder.add(k, I64(1))
    k.add_incoming(I64(0), before)
    k.add_incoming(following, loop)
    for total, start, result in zip(sums, starts, results, strict=True):
        total.add_incoming(start, before)
        total.add_incoming(result, loop)
    builder.cbranch(builder.icmp_signed("<", following, K), loop, done)

    builder.position_at_end(done)
    finals = []
    for start, result in zip(starts, results, strict=True):
        final = builder.phi(simd.type)
        final.add_incoming(start, before)
        final.add_incoming(result, loop)
        finals.append(final)
    for final, (r, v) in zip(finals, cells, strict=True):
        simd.store(final, c_operand[0], cell(c_operand[1], r, v), masks[v])


@intrinsic
def transpose_block(typing, A, a, a_stride, B, b, b_stride, rows, columns):
    """``B[j, i] = A[i, j]`` for a block of at most lanes x lanes numbers.

    Interleaving the first half of a list of rows with the second half, log2(lanes) times over, is a transposition:
    each time, one bit of the row number changes places with one bit of the column number.
    """
    signature = types.void(A, a, a_stride, B, b, b_stride, rows, columns)

    def generate(context, builder, signature, arguments):
        A, a, a_stride, B, b, b_stride, rows, columns = arguments
        A = _pointer(context, builder, signature.args[0], A, a)
        B = _pointer(context, builder, signature.args[3], B, b)
        simd = Vectors(builder, signature.args[0].dtype)
        whole = I64(simd.lanes)
        none = ir.Constant(ir.VectorType(I1, simd.lanes), None)

        def masks(count, width):
            inside = simd.mask(width)
            return [builder.select(builder.icmp_signed("<", I64(i), count), inside, none) for i in range(simd.lanes)]

        def transpose(load_masks, store_masks):
            lines = [simd.load(A, builder.mul(a_stride, I64(i)), mask) for i, mask in enumerate(load_masks)]
            half = simd.lanes // 2
            kind = ir.VectorType(I32, simd.lanes)
            low = ir.Constant(kind, [i + part for i in range(half) for part in (0, simd.lanes)])
            high = ir.Constant(kind, [half + i + part for i in range(half) for part in (0, simd.lanes)])
            for _ in range(half.bit_length()):
                lines = [
                    builder.shuffle_vector(lines[i], lines[i + half], part) for i in range(half) for part in (low, high)
                ]
            for j, mask in enumerate(store_masks):
                simd.store(lines[j], B, builder.mul(b_stride, I64(j)), mask)

        full = builder.and_(builder.icmp_signed("==", rows, whole), builder.icmp_signed("==", columns, whole))
        with builder.if_else(full) as (then, otherwise):
            with then:
                transpose([None] * simd.lanes, [None] * simd.lanes)
            with otherwise:
                transpose(masks(rows, columns), masks(columns, rows))
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def copy_vectors(typing, A, a, B, b, vectors, width):
    """Copy `width` numbers: whole vectors, and the rest of the last of them."""
    signature = types.void(A, a, B, b, vectors, width)

    def generate(context, builder, signature, arguments):
        A, a, B, b, vectors, width = arguments
        A = _pointer(context, builder, signature.args[0], A, a)
        B = _pointer(context, builder, signature.args[2], B, b)
        simd = Vectors(builder, signature.args[0].dtype)
        for v in range(MAX_VECTORS):
            with builder.if_then(builder.icmp_signed("<", I64(v), vectors)):
                mask = simd.mask(builder.sub(width, I64(v * simd.lanes)))
                simd.store(simd.load(A, I64(v * simd.lanes), mask), B, I64(v * simd.lanes), mask)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def alignment(typing, array):
    """How many elements to skip until the memory of an array is at the beginning of a vector."""

    def generate(context, builder, signature, arguments):
        kind = signature.args[0]
        data = arrayobj.make_array(kind)(context, builder, arguments[0]).data
        behind = builder.and_(builder.sub(I64(0), builder.ptrtoint(data, I64)), I64(VECTOR_BYTES - 1))
        return builder.udiv(behind, I64(kind.dtype.bitwidth // 8))

    return types.int64(array), generate


def _plain_tile(
    rows, vectors, A, a, row_stride, k_stride, B, b, b_stride, C, c, c_stride, K, width, S, s, s_stride, fresh
):
    """What `tile` does, number by number, for a debugger."""
    A, B, C, S = (array.reshape(-1) for array in (A, B, C, S))
    for r in range(rows):
        for v in range(vectors):
            total = 0.0 if fresh else S[s + r * s_stride + v]
            for k in range(K):
                total += A[a + r * row_stride + k * k_stride] * B[b + k * b_stride + v]
            C[c + r * c_stride + v] = total


def _plain_transpose_block(A, a, a_stride, B, b, b_stride, rows, columns):
    A, B = A.reshape(-1), B.reshape(-1)
    for i in range(rows):
        for j in range(columns):
            B[b + j * b_stride + i] = A[a + i * a_stride + j]


def _plain_copy_vectors(A, a, B, b, vectors, width):
    B.reshape(-1)[b : b + width] = A.reshape(-1)[a : a + width]


if numba.config.DISABLE_JIT:
    tile, transpose_block, copy_vectors = _plain_tile, _plain_transpose_block, _plain_copy_vectors
    alignment = lambda array: 0  # noqa: E731


def lanes(array):
    """Numbers in a vector register; without compilation, 1."""
    return 1


@overload(lanes)
def _lanes(array):
    count = VECTOR_BYTES // (array.dtype.bitwidth // 8)
    return lambda array: count


@inner
def aligned(size, like):
    """Memory for `size` numbers and the offset at which vectors of them are aligned."""
    memory = np.empty(size + lanes(like), like.dtype)
    return memory, alignment(memory)


@inner
def matmul(A, a, row_stride, k_stride, B, b, b_stride, C, c, c_stride, M, N, K, S, s, s_stride, fresh):
    """``C[m, n] = S[m, n] + sum_k A[m, k] B[k, n]``: M x N in tiles, as even as they can be.

    A, B, C and S are flat (whatever their shape was, so that this is compiled once), with offsets and strides. A
    vector that does not begin where a cache line does costs two accesses. So where many rows use the same strip of
    B, it is copied to aligned memory first.
    """
    L = lanes(A)
    vectors = (N + L - 1) // L
    strips = (vectors + MAX_VECTORS - 1) // MAX_VECTORS
    copied = M >= 64 and N > L and b_stride % L != 0
    panel, corner = A, 0
    if copied:
        panel, corner = aligned(K * MAX_VECTORS * L, A)
    for strip in range(strips):
        first, last = vectors * strip // strips, vectors * (strip + 1) // strips
        left, width = first * L, min(N, last * L) - first * L
        most = min(8, ACCUMULATORS // (last - first))
        blocks = (M + most - 1) // most
        if copied:
            for k in range(K):
                copy_vectors(B, b + k * b_stride + left, panel, corner + k * MAX_VECTORS * L, last - first, width)
        for block in range(blocks):
            top, bottom = M * block // blocks, M * (block + 1) // blocks
            tile(
                bottom - top, last - first,
                A, a + top * row_stride, row_stride, k_stride,
                panel if copied else B, corner if copied else b + left, MAX_VECTORS * L if copied else b_stride,
                C, c + top * c_stride + left, c_stride,
                K, width - (last - first - 1) * L,
                S, s + top * s_stride + left, s_stride, fresh,
            )  # fmt: skip


@inner
def transpose(A, B, corner, stride):
    """``B[corner + j * stride + i] = A[i, j]``; B is flat."""
    L = lanes(A)
    I, J = A.shape
    for i in range(0, I, L):
        for j in range(0, J, L):
            transpose_block(A, i * J + j, J, B, corner + j * stride + i, stride, min(L, I - i), min(L, J - j))
