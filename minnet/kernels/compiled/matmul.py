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

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from minnet.kernels.compiled.cache import inner
from minnet.kernels.compiled.simd import I64, MAX_VECTORS, VECTOR_BYTES, Vectors, lanes, place

# The most rows for each number of vectors: of 32 or 16 registers, some must be left for A and B.
MAX_ROWS = {1: 16, 2: 8, 3: 8, 4: 6} if VECTOR_BYTES == 64 else {1: 8, 2: 6}


@intrinsic
def max_rows(typing, vectors):
    """The tallest tile with so many vectors."""

    def generate(context, builder, signature, arguments):
        most = I64(MAX_ROWS[1])
        for vectors, rows in MAX_ROWS.items():
            most = builder.select(builder.icmp_signed("==", arguments[0], I64(vectors)), I64(rows), most)
        return most

    return types.int64(types.int64), generate


@intrinsic
def tile(typing, rows, vectors, A, a, row_stride, B, b, sums, C, c, c_stride, width, S, s, s_stride, fresh):
    """``C[r, v] = S[r, v] + sum_k A[r, k] B[k, v]`` for one tile; `width` lanes of the last vector count.

    Arrays, or pointers, are used as flat memory from the given offsets on, with the given strides. S may be C itself,
    to add to it, or a bias with a row stride of 0; with `fresh`, S is 0. `sums` is a tuple of three integers: how far k
    runs, and the strides of A and of B along it; or of three for each of several nested sums, the outermost first.
    """
    signature = types.void(
        rows, vectors, A, a, row_stride, B, b, sums, C, c, c_stride, width, S, s, s_stride, fresh
    )  # fmt: skip

    def generate(context, builder, signature, arguments):
        rows, vectors, A, a, row_stride, B, b, sums, C, c, c_stride, width, S, s, s_stride, fresh = arguments
        kinds = signature.args
        A = place(context, builder, kinds[2], A, a)
        B = place(context, builder, kinds[5], B, b)
        C = place(context, builder, kinds[8], C, c)
        S = place(context, builder, kinds[12], S, s)
        levels = cgutils.unpack_tuple(builder, sums)
        operands = [rows, vectors, A, row_stride, B, C, c_stride, width, S, s_stride, fresh, *levels]
        builder.call(_tiles(builder.module, kinds[2].dtype, [operand.type for operand in operands]), operands)
        return context.get_dummy_value()

    return signature, generate


def _tiles(module, dtype, kinds):
    """An LLVM function with all shapes of tile in it; one, not to be copied to every place that calls it."""
    name = f"minnet_tiles_{dtype}_{len(kinds)}"
    if name in module.globals:
        return module.globals[name]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), kinds), name)
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")
    builder = ir.IRBuilder(function.append_basic_block("entry"))
    rows, vectors, A, row_stride, B, C, c_stride, width, S, s_stride, fresh, *sums = function.args
    simd = Vectors(builder, dtype)
    edge = simd.mask(width)
    shape = builder.add(builder.mul(rows, I64(8)), vectors)
    end = function.append_basic_block("end")
    choice = builder.switch(shape, end)
    for v, most in MAX_ROWS.items():
        for r in range(1, most + 1):
            shape_block = function.append_basic_block(f"tile{r}x{v}")
            choice.add_case(I64(8 * r + v), shape_block)
            builder.position_at_end(shape_block)
            _tile(builder, simd, r, v, (A, row_stride), B, (C, c_stride), (S, s_stride), sums, edge, width, fresh)
            builder.branch(end)
    builder.position_at_end(end)
    builder.ret_void()
    return function


def _tile(builder, simd, R, V, a_operand, B, c_operand, s_operand, sums, edge, width, fresh):
    """Instructions of a tile of R rows and V vectors, of the last one `width` lanes, those in the mask `edge`."""
    A, row_stride = a_operand
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
    four = [opaque(builder, builder.mul(row_stride, I64(r))) for r in range(4)]
    begins = [B] + [builder.gep(A, [builder.mul(row_stride, I64(r))]) for r in range(0, R, 4)]

    def products(pointers, totals):
        """One k: pointers to B, and to every fourth row of A."""
        b = [simd.load(pointers[0], I64(v * simd.lanes), masks[v]) for v in range(V)]
        rows = [opaque(builder, pointer) for pointer in pointers[1:]]
        results = []
        for r in range(R):
            a = simd.splat(builder.load(builder.gep(rows[r // 4], [four[r % 4]])), simd.type)
            results += [simd.multiply_add(a, b[v], totals[r * V + v]) for v in range(V)]
        return results

    levels = [sums[level : level + 3] for level in range(0, len(sums), 3)]
    finals = _sum(builder, levels, begins, starts, products)
    lasts, ends = finals[V - 1 :: V], [builder.gep(c_operand[0], [cell(c_operand[1], r, V - 1)]) for r in range(R)]
    for final, (r, v) in zip(finals, cells, strict=True):
        if v < V - 1:
            simd.store(final, c_operand[0], cell(c_operand[1], r, v))
    with builder.if_else(builder.icmp_signed("==", width, I64(simd.lanes))) as (then, otherwise):
        with then:
            for last, end in zip(lasts, ends, strict=True):
                simd.store(last, end, I64(0))
        with otherwise:
            simd.store_firsts(lasts, ends, width)


def _sum(builder, levels, begins, starts, products):
    """Nested loops that add products to totals: `begins` are pointers to B and to A, `starts` the totals so far."""
    if not levels:
        return products(begins, starts)
    (length, a_stride, b_stride), *inner_levels = levels
    before = builder.basic_block
    loop, done = builder.append_basic_block("k"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed(">", length, I64(0)), loop, done)

    builder.position_at_end(loop)
    k = builder.phi(I64)
    pointers = [builder.phi(begin.type) for begin in begins]
    totals = [builder.phi(start.type) for start in starts]
    results = _sum(builder, inner_levels, pointers, totals, products)
    following = builder.add(k, I64(1))
    last = builder.basic_block
    k.add_incoming(I64(0), before)
    k.add_incoming(following, last)
    for i, (begin, walker) in enumerate(zip(begins, pointers, strict=True)):
        walker.add_incoming(begin, before)
        walker.add_incoming(builder.gep(walker, [a_stride if i else b_stride]), last)
    for total, start, result in zip(totals, starts, results, strict=True):
        total.add_incoming(start, before)
        total.add_incoming(result, last)
    builder.cbranch(builder.icmp_signed("<", following, length), loop, done)

    builder.position_at_end(done)
    finals = []
    for start, result in zip(starts, results, strict=True):
        final = builder.phi(start.type)
        final.add_incoming(start, before)
        final.add_incoming(result, last)
        finals.append(final)
    return finals


def opaque(builder, value):
    """The same value, of which the compiler knows nothing.

    Left to itself it finds the address of each row by an addition to that of the row before: sixteen additions that
    wait for each other, in a loop whose sixteen multiply-adds wait for nothing. Or it keeps sixteen addresses, more
    than there are registers. Four pointers and the distances of four rows are enough, if it does not look through.
    """
    nothing = ir.InlineAsm(ir.FunctionType(value.type, [value.type]), "", "=r,0")
    return builder.call(nothing, [value])


def _plain_tile(rows, vectors, A, a, row_stride, B, b, sums, C, c, c_stride, width, S, s, s_stride, fresh):
    """What `tile` does, number by number, for a debugger."""
    A, B, C, S = (array.reshape(-1) for array in (A, B, C, S))
    lengths, a_strides, b_strides = sums[::3], sums[1::3], sums[2::3]
    for r in range(rows):
        for v in range(vectors):
            total = 0.0 if fresh else S[s + r * s_stride + v]
            for k in np.ndindex(*lengths):
                total += A[a + r * row_stride + np.dot(k, a_strides)] * B[b + np.dot(k, b_strides) + v]
            C[c + r * c_stride + v] = total


if numba.config.DISABLE_JIT:
    tile, max_rows = _plain_tile, MAX_ROWS.__getitem__


@inner
def matmul(A, a, row_stride, k_stride, B, b, b_stride, C, c, c_stride, M, N, K, S, s, s_stride, fresh):
    """``C[m, n] = S[m, n] + sum_k A[m, k] B[k, n]``.

    A, B, C and S are flat arrays or pointers, with offsets and strides.
    """
    for strip in range(count_strips(C, N)):
        left, width = strip_at(C, N, strip)
        tiles(
            A, a, row_stride, B, b + left, (K, k_stride, b_stride),
            C, c + left, c_stride, M, width, S, s + left, s_stride, fresh,
        )  # fmt: skip


@inner
def count_strips(C, N):
    """How many strips of at most MAX_VECTORS vectors N columns make."""
    vectors = (N + lanes(C) - 1) // lanes(C)
    return (vectors + MAX_VECTORS - 1) // MAX_VECTORS


@inner
def strip_at(C, N, strip):
    """Where a strip begins, and how many columns it has: as even as they can be in whole vectors."""
    L = lanes(C)
    vectors, strips = (N + L - 1) // L, count_strips(C, N)
    narrow, wide = vectors // strips, vectors % strips
    left = (strip * narrow + min(strip, wide)) * L
    return left, min(N - left, (narrow + (1 if strip < wide else 0)) * L)


@inner
def tiles(A, a, row_stride, B, b, sums, C, c, c_stride, M, width, S, s, s_stride, fresh):
    """One strip of C, M rows of `width` columns, in tiles as even as they can be; for `sums` see `tile`."""
    L = lanes(C)
    across = (width + L - 1) // L
    most = max_rows(across)
    blocks = max(1, (M + most - 1) // most)
    fewest, more = M // blocks, M % blocks
    top = 0
    for block in range(blocks):
        rows = fewest + (1 if block < more else 0)
        tile(
            rows, across,
            A, a + top * row_stride, row_stride, B, b, sums, C, c + top * c_stride, c_stride,
            width - (across - 1) * L, S, s + top * s_stride, s_stride, fresh,
        )  # fmt: skip
        top += rows
