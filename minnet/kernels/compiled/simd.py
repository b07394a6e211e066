"""Whole vectors of numbers in kernels: LLVM's vector instructions, and what moves data for them.

A vector here fills one register of the processor that the program runs on: 16, 8 or 4 float32. `Vectors` writes the
instructions, through llvmlite; the intrinsics below it copy, transpose and align memory with them.
"""

import llvmlite.binding as llvm
import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np import arrayobj

from minnet.kernels.compiled.cache import inner

_FEATURES = llvm.get_host_cpu_features()
VECTOR_BYTES = 64 if _FEATURES.get("avx512f") else 32 if _FEATURES.get("avx2") else 16
I1, I32, I64 = ir.IntType(1), ir.IntType(32), ir.IntType(64)
MAX_VECTORS = 4 if VECTOR_BYTES == 64 else 2  # that work on one row at a time


class Vectors:
    """LLVM instructions on vectors that fill a register, or so many bytes of it, for one dtype."""

    def __init__(self, builder, dtype, length=VECTOR_BYTES):
        self.builder, self.size = builder, dtype.bitwidth // 8
        self.lanes = length // self.size
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

    def store_firsts(self, vectors, pointers, width):
        """The first `width` lanes of each vector, fewer than all, to its pointer.

        Under a mask, where processors are good at that. AMD's without AVX-512 take as long for it as for a dozen
        products; there it goes by halves: the first half, if there are as many lanes, then the first half of the rest.
        """
        if VECTOR_BYTES == 64:
            for vector, pointer in zip(vectors, pointers, strict=True):
                self.store(vector, pointer, I64(0), self.mask(width))
            return
        builder, half = self.builder, self.lanes // 2
        while half:
            low, high = (
                [
                    builder.shuffle_vector(vector, vector, ir.Constant(ir.VectorType(I32, half), lanes))
                    for vector in vectors
                ]
                for lanes in (list(range(half)), list(range(half, 2 * half)))
            )
            is_there = builder.icmp_signed("!=", builder.and_(width, I64(half)), I64(0))
            with builder.if_then(is_there):
                for part, pointer in zip(low, pointers, strict=True):
                    builder.store(part, builder.bitcast(pointer, part.type.as_pointer()), align=self.size)
            vectors = [builder.select(is_there, *parts) for parts in zip(high, low, strict=True)]
            pointers = [builder.gep(pointer, [builder.and_(width, I64(half))]) for pointer in pointers]
            half //= 2

    def order(self, lanes):
        """A constant for `shuffle_vector`: which lanes of two vectors to take."""
        return ir.Constant(ir.VectorType(I32, len(lanes)), lanes)

    def paired_sum(self, a, b, width):
        """Of every two groups of so many lanes, their sum: those of a and those of b take turns."""
        L, builder = self.lanes, self.builder
        is_first = [lane // width % 2 == 0 for lane in range(L)]
        low = self.order([lane if first else L + lane - width for lane, first in enumerate(is_first)])
        high = self.order([lane + width if first else L + lane for lane, first in enumerate(is_first)])
        return builder.fadd(builder.shuffle_vector(a, b, low), builder.shuffle_vector(a, b, high))

    def multiply_add(self, a, b, c):
        return self.call(f"llvm.fma.{self.suffix}", self.type, [a, b, c])


def place(context, builder, kind, memory, offset):
    """A pointer to the number at an offset in an array, or from a pointer on."""
    if isinstance(kind, types.Array):
        memory = arrayobj.make_array(kind)(context, builder, memory).data
    return builder.gep(memory, [offset])


@intrinsic
def row_products(typing, inputs, W, stride, rows, length, outputs):
    """``outputs[n][r] = sum_i inputs[n][i] W[r, i]`` for one or two vectors, and at most half as many rows as lanes.

    Each row has partial sums for each vector; where rows are missing, the last is done again. In the end, halves of
    them are added to halves until one register holds all sums.
    """
    signature = types.void(inputs, W, stride, rows, length, outputs)

    def generate(context, builder, signature, arguments):
        inputs, W, stride, rows, length, outputs = arguments
        inputs, outputs = cgutils.unpack_tuple(builder, inputs), cgutils.unpack_tuple(builder, outputs)
        simd = Vectors(builder, signature.args[1].dtype)
        half = simd.lanes // 2
        last = builder.sub(rows, I64(1))
        numbers = [builder.select(builder.icmp_signed("<", I64(r), rows), I64(r), last) for r in range(half)]
        lines = [builder.gep(W, [builder.mul(stride, r)]) for r in numbers]
        sums = [cgutils.alloca_once_value(builder, simd.zero) for _ in inputs for _ in lines]

        def add_products(start, mask=None):
            factors = [simd.load(vector, start, mask) for vector in inputs]
            weights = [simd.load(line, start, mask) for line in lines]
            pairs = [(factor, weight) for factor in factors for weight in weights]
            totals = [simd.multiply_add(*pair, builder.load(total)) for pair, total in zip(pairs, sums, strict=True)]
            for total, place in zip(totals, sums, strict=True):
                builder.store(total, place)

        whole, rest = builder.and_(length, I64(-simd.lanes)), builder.and_(length, I64(simd.lanes - 1))
        with cgutils.for_range_slice(builder, I64(0), whole, I64(simd.lanes)) as (start, _):
            add_products(start)
        with builder.if_then(builder.icmp_signed(">", rest, I64(0))):
            add_products(whole, simd.mask(rest))
        vectors, width = [builder.load(place) for place in sums], 1
        while width < simd.lanes:
            pairs = zip(vectors[::2], vectors[1::2], strict=True) if len(vectors) > 1 else [(vectors[0], vectors[0])]
            vectors, width = [simd.paired_sum(*pair, width) for pair in pairs], 2 * width
        for n, output in enumerate(outputs):
            ours = simd.order([n * half + lane % half for lane in range(simd.lanes)])
            simd.store_firsts([builder.shuffle_vector(vectors[0], vectors[0], ours)], [output], rows)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def transpose_block(typing, A, a, a_stride, B, b, b_stride, rows, columns):
    """``B[j, i] = A[i, j]`` for a block of at most lanes x lanes numbers.

    Interleaving the first half of a list of rows with the second half, log2(lanes) times over, is a transposition:
    each time, one bit of the row number changes places with one bit of the column number.
    """
    signature = types.void(A, a, a_stride, B, b, b_stride, rows, columns)

    def generate(context, builder, signature, arguments):
        A, a, a_stride, B, b, b_stride, rows, columns = arguments
        A = place(context, builder, signature.args[0], A, a)
        B = place(context, builder, signature.args[3], B, b)
        simd = Vectors(builder, signature.args[0].dtype)
        whole = I64(simd.lanes)
        none = ir.Constant(ir.VectorType(I1, simd.lanes), None)

        full = builder.and_(builder.icmp_signed("==", rows, whole), builder.icmp_signed("==", columns, whole))
        inside = simd.mask(columns)

        def transposed(masks):
            lines = [simd.load(A, builder.mul(a_stride, I64(i)), mask) for i, mask in enumerate(masks)]
            half = simd.lanes // 2
            kind = ir.VectorType(I32, simd.lanes)
            low = ir.Constant(kind, [i + part for i in range(half) for part in (0, simd.lanes)])
            high = ir.Constant(kind, [half + i + part for i in range(half) for part in (0, simd.lanes)])
            for _ in range(half.bit_length()):
                lines = [
                    builder.shuffle_vector(lines[i], lines[i + half], part) for i in range(half) for part in (low, high)
                ]
            return lines

        with builder.if_else(full) as (then, otherwise):
            with then:
                for j, line in enumerate(transposed([None] * simd.lanes)):
                    simd.store(line, B, builder.mul(b_stride, I64(j)))
            with otherwise:
                masks = [
                    builder.select(builder.icmp_signed("<", I64(i), rows), inside, none) for i in range(simd.lanes)
                ]
                lines, last = transposed(masks)[::-1], builder.sub(columns, I64(1))
                numbers = [
                    I64(j) for j in reversed(range(simd.lanes))
                ]  # those that there are none of are written first
                places = [builder.select(builder.icmp_signed("<", j, columns), j, last) for j in numbers]
                places = [builder.gep(B, [builder.mul(b_stride, j)]) for j in places]
                with builder.if_else(builder.icmp_signed("==", rows, whole)) as (then, otherwise):
                    with then:
                        for line, pointer in zip(lines, places, strict=True):
                            simd.store(line, pointer, I64(0))
                    with otherwise:
                        simd.store_firsts(lines, places, rows)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def lanes(typing, array):
    """Numbers of an array's kind in a vector register; without compilation, 1."""
    count = VECTOR_BYTES // (array.dtype.bitwidth // 8)
    return types.int64(array), lambda context, builder, signature, arguments: I64(count)


def _plain_row_products(inputs, W, stride, rows, length, outputs):
    for x, y in zip(inputs, outputs, strict=True):
        for r in range(rows):
            y[r] = W[r * stride : r * stride + length] @ x[:length]


def _plain_transpose_block(A, a, a_stride, B, b, b_stride, rows, columns):
    A, B = A.reshape(-1), B.reshape(-1)
    for i in range(rows):
        for j in range(columns):
            B[b + j * b_stride + i] = A[a + i * a_stride + j]


if numba.config.DISABLE_JIT:
    transpose_block, row_products, lanes = _plain_transpose_block, _plain_row_products, (lambda array: 1)


@inner
def transpose(A, I, J, B, stride):
    """``B[j * stride + i] = A[i, j]``."""
    L = lanes(A)
    for i in range(0, I, L):
        for j in range(0, J, L):
            transpose_block(A, i * J + j, J, B, j * stride + i, stride, min(L, I - i), min(L, J - j))
