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
from minnet.kernels.compiled.simd import I1, I64, MAX_VECTORS, VECTOR_BYTES, Vectors, lanes, place

# Where a register of 64 bytes goes through in halves, as on AMD's Zen 4, half of one takes half the time.
HALF = 32 if VECTOR_BYTES == 64 else VECTOR_BYTES

# Rows of a tile, for each number of vectors: of 32 or 16 registers, some must be left for A and B. Others would add
# little speed, and each takes the compiler a hundredth of a second.
if VECTOR_BYTES == 64:
    HEIGHTS = {1: (16, 8, 4, 3, 2, 1), 2: (8, 4, 3, 2, 1), 3: (8, 4, 3, 2, 1), 4: (6, 4, 3, 2, 1)}
else:
    HEIGHTS = {1: (8, 4, 3, 2, 1), 2: (6, 4, 3, 2, 1)}


@intrinsic
def height(typing, rows, vectors):
    """Of the tallest tile with so many vectors and no more than so many rows."""

    def generate(context, builder, signature, arguments):
        tallest = I64(1)
        for vectors, heights in HEIGHTS.items():
            is_so_wide = builder.icmp_signed("==", arguments[1], I64(vectors))
            for rows in heights[-2::-1]:
                fits = builder.and_(is_so_wide, builder.icmp_signed(">=", arguments[0], I64(rows)))
                tallest = builder.select(fits, I64(rows), tallest)
        return tallest

    return types.int64(types.int64, types.int64), generate


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
    whole = Vectors(builder, dtype)
    lasts = [whole] if HALF == VECTOR_BYTES else [whole, Vectors(builder, dtype, HALF)]
    edges = [last.mask(width) for last in lasts]
    is_half = builder.icmp_signed("<=", width, I64(lasts[-1].lanes)) if len(lasts) == 2 else I1(0)
    shape = builder.add(
        builder.mul(rows, I64(16)), builder.add(builder.mul(vectors, I64(2)), builder.zext(is_half, I64))
    )
    end = function.append_basic_block("end")
    choice = builder.switch(shape, end)
    for half, (last, edge) in enumerate(zip(lasts, edges, strict=True)):
        for v, heights in HEIGHTS.items():
            for r in heights:
                shape_block = function.append_basic_block(f"tile{r}x{v}{'half' * half}")
                choice.add_case(I64(16 * r + 2 * v + half), shape_block)
                builder.position_at_end(shape_block)
                kinds = [whole] * (v - 1) + [last]
                _tile(builder, kinds, r, (A, row_stride), B, (C, c_stride), (S, s_stride), sums, edge, width, fresh)
                builder.branch(end)
    builder.position_at_end(end)
    builder.ret_void()
    return function


def _tile(builder, kinds, R, a_operand, B, c_operand, s_operand, sums, edge, width, fresh):
    """Instructions of a tile of R rows and vectors of these kinds, of the last one those lanes in the mask `edge`."""
    A, row_stride = a_operand
    V, last = len(kinds), kinds[-1]
    cells = [(r, v) for r in range(R) for v in range(V)]
    masks = [None] * (V - 1) + [edge]
    offsets = [I64(v * kinds[0].lanes) for v in range(V)]

    def cell(stride, r, v):
        return builder.add(builder.mul(stride, I64(r)), offsets[v])

    with builder.if_else(fresh) as (then, otherwise):
        with then:
            zero_block = builder.basic_block
        with otherwise:
            given = [kinds[v].load(s_operand[0], cell(s_operand[1], r, v), masks[v]) for r, v in cells]
            given_block = builder.basic_block
    starts = []
    for value, (_, v) in zip(given, cells, strict=True):
        start = builder.phi(value.type)
        start.add_incoming(kinds[v].zero, zero_block)
        start.add_incoming(value, given_block)
        starts.append(start)
    four = [opaque(builder, builder.mul(row_stride, I64(r))) for r in range(4)]
    begins = [B] + [builder.gep(A, [builder.mul(row_stride, I64(r))]) for r in range(0, R, 4)]

    def products(pointers, totals):
        """One k: pointers to B, and to every fourth row of A."""
        b = [kind.load(pointers[0], offset, mask) for kind, offset, mask in zip(kinds, offsets, masks, strict=True)]
        rows = [opaque(builder, pointer) for pointer in pointers[1:]]
        results = []
        for r in range(R):
            number = builder.load(builder.gep(rows[r // 4], [four[r % 4]]))
            factors = [(kind, kind.splat(number, kind.type)) for kind in kinds]
            results += [kind.multiply_add(a, b[v], totals[r * V + v]) for v, (kind, a) in enumerate(factors)]
        return results

    levels = [sums[level : level + 3] for level in range(0, len(sums), 3)]
    finals = _sum(builder, levels, begins, starts, products)
    lasts, ends = finals[V - 1 :: V], [builder.gep(c_operand[0], [cell(c_operand[1], r, V - 1)]) for r in range(R)]
    for final, (r, v) in zip(finals, cells, strict=True):
        if v < V - 1:
            kinds[v].store(final, c_operand[0], cell(c_operand[1], r, v))
    with builder.if_else(builder.icmp_signed("==", width, I64(last.lanes))) as (then, otherwise):
        with then:
            for total, end in zip(lasts, ends, strict=True):
                last.store(total, end, I64(0))
        with otherwise:
            last.store_firsts(lasts, ends, width)


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
    tile, height = _plain_tile, (lambda rows, vectors: rows)


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
    """One strip of C, M rows of `width` columns, in tiles; for `sums` see `tile`."""
    L = lanes(C)
    across = (width + L - 1) // L
    top = 0
    while top < M:
        rows = height(M - top, across)
        tile(
            rows, across,
            A, a + top * row_stride, row_stride, B, b, sums, C, c + top * c_stride, c_stride,
            width - (across - 1) * L, S, s + top * s_stride, s_stride, fresh,
        )  # fmt: skip
        top += rows
