"""Products of windows, as register tiles (`matmul.py`), without a copy of every window.

The tile takes its rows and its k at any stride. So the rows of A are windows of the padded input, where they lie: those
of neighbouring outputs are ``stride x channels`` numbers apart; k runs over the rows, the columns and the channels of a
window, three nested sums. The gradient sums over samples, rows and columns of outputs.

What is read again and again must be near. B, the weights or the cotangents, is packed: its strips, as wide as a tile,
lie one after the other, and of each a piece of PIECE rows stays in the first-level cache while all tiles use it.
"""

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.calls import beyond, pointer
from minnet.kernels.compiled.matmul import count_strips, matmul, strip_at, tiles
from minnet.kernels.compiled.padding import pad_group
from minnet.kernels.compiled.simd import lanes, transpose
from minnet.kernels.compiled.views import flat, view
from minnet.kernels.compiled.work_queue import report_done, take_group

PIECE = 128  # terms of a sum: so many rows of a strip fit into the first-level cache
FEW = 6  # outputs in a row: with fewer, the rows of a tile are better the same place of several samples


@kernel()
def pack_weights(W, exchanged, scratch, packed):
    R, T, I, O = W.shape
    rows = O if exchanged else I
    for tap in range(R * T):
        if exchanged:
            transpose(beyond(pointer(W), tap * I * O), I, O, pointer(scratch), I)
            pack_rows(view(scratch, 0, (O, I)), tap * rows, R * T * rows, packed)
        else:
            pack_rows(view(W, tap * I * O, (I, O)), tap * rows, R * T * rows, packed)


@inner
def pack_rows(rows, first, n_rows, packed):
    """Rows into strips of `n_rows` rows, from row `first` of each strip on. Columns that fill up the last vector are
    never used, but they are read."""
    L = lanes(packed)
    N = rows.shape[1]
    zero = packed.dtype.type(0)
    for strip in range(count_strips(packed, N)):
        left, width = strip_at(packed, N, strip)
        stride = (width + L - 1) // L * L
        for m in range(len(rows)):
            line = view(packed, left * n_rows + (first + m) * stride, (stride,))
            source = view(rows, m * N + left, (width,))
            for v in range(width):
                line[v] = source[v]
            for v in range(width, stride):
                line[v] = zero


@inner
def is_packed(rows):
    """Whether rows lie as `pack_rows` would lay them: in one strip of whole vectors."""
    O = rows.shape[1]
    return count_strips(rows, O) == 1 and O % lanes(rows) == 0


@kernel()
def convolve_groups(queue, starts, N, x, W, shape, b, zeros, padding, room, rows, columns, y):
    """All groups of samples that this thread can take, N of each order; the bias moves only the first order."""
    _, P, Q, O = y.shape
    C = x.shape[3]
    needed, _, _, _, height, width = padding
    group = take_group(queue)
    while group >= 0:
        order, part = group // (len(starts) - 1), group % (len(starts) - 1)
        first, last = order * N + starts[part], order * N + starts[part + 1]
        pad_group(x, first, last, padding, room)
        inputs = view(
            room if needed else flat(x), 0 if needed else first * height * width * C, (last - first, height, width, C)
        )  # fmt: skip
        outputs = view(y, first * P * Q * O, (last - first, P, Q, O))
        convolve(inputs, W, shape, b if order == 0 else zeros, rows, columns, outputs)
        report_done(queue)
        group = take_group(queue)


@inner
def convolve(x, W, shape, b, rows, columns, y):
    """All phases of the rows and columns of outputs; W is packed."""
    for down in range(len(rows)):
        for along in range(len(columns)):
            convolve_phase(x, W, shape, b, rows[down], columns[along], y)


@inner
def convolve_phase(x, W, shape, b, rows, columns, y):
    """Strip after strip of output channels and, in each, piece after piece of the window, so that W's part stays in the
    first-level cache; then either the columns or the samples are the rows of tiles."""
    N, H, width, I = x.shape
    R, T, _, O = shape
    L = lanes(W)
    line, sample = width * I, H * width * I
    x, Y = flat(x), flat(y)
    y_line, y_sample = y.shape[2] * O, y.shape[1] * y.shape[2] * O
    first_row, row_step, n_rows, weight_row, weight_down, weights_down, x_row, x_down, x_next_row = (
        rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], rows[8],
    )  # fmt: skip
    first_column, column_step, n_columns, weight_column, weight_along, weights_along, x_column, x_along, x_next = (
        columns[0], columns[1], columns[2], columns[3], columns[4], columns[5], columns[6], columns[7], columns[8],
    )  # fmt: skip
    side_by_side = weight_along == 1 and x_along == 1  # columns and channels of a window lie so, as they do in W
    samples_are_rows = n_columns < FEW and n_columns < N
    outer, M = (n_columns, N) if samples_are_rows else (N, n_columns)
    piece_down, piece_along, piece = pieces(weights_down, weights_along, I)
    for strip in range(count_strips(Y, O)):
        left, across = strip_at(Y, O, strip)
        stride = (across + L - 1) // L * L
        fresh = True
        for r in range(0, max(1, weights_down), piece_down):
            for t in range(0, max(1, weights_along), piece_along):
                for i in range(0, I, piece):
                    down, along, channels = (
                        min(piece_down, weights_down - r), min(piece_along, weights_along - t), min(piece, I - i),
                    )  # fmt: skip
                    merged = side_by_side and channels == I
                    sums = (
                        down, x_down * line, weight_down * T * I * stride,
                        1 if merged else along, x_along * I, weight_along * I * stride,
                        I * along if merged else channels, 1, stride,
                    )  # fmt: skip
                    weight = ((weight_row + r * weight_down) * T + weight_column + t * weight_along) * I + i
                    place = (x_row + r * x_down) * line + (x_column + t * x_along) * I + i
                    for p in range(n_rows):
                        for m in range(outer):
                            n, q = (0, m) if samples_are_rows else (m, 0)
                            at = (
                                n * y_sample + (first_row + p * row_step) * y_line
                                + (first_column + q * column_step) * O + left
                            )  # fmt: skip
                            y_stride = y_sample if samples_are_rows else column_step * O
                            tiles(
                                x, place + n * sample + p * x_next_row * line + q * x_next * I,
                                sample if samples_are_rows else x_next * I,
                                W, left * R * T * I + weight * stride, sums, Y, at, y_stride, M, across,
                                b if fresh else Y, left if fresh else at, 0 if fresh else y_stride, False,
                            )  # fmt: skip
                    fresh = False


@kernel()
def spread_groups(queue, starts, N, x, W, b, zeros, steps, room, y):
    """All groups of samples that this thread can take, N of each order: see `spread`."""
    group = take_group(queue)
    while group >= 0:
        order, part = group // (len(starts) - 1), group % (len(starts) - 1)
        for n in range(order * N + starts[part], order * N + starts[part + 1]):
            spread(n, x, W, b if order == 0 else zeros, steps, room, y)
        report_done(queue)
        group = take_group(queue)


@inner
def spread(n, x, W, b, steps, room, y):
    """``y[n, p stride - before + t dilation] += x[n,p] W[t]`` for one sample, from the bias on; W is (i, r, t, o), and
    the products of one row of inputs with all of it go into `room` first."""
    _, P, Q, I = x.shape
    _, height, width, O = y.shape
    R, T = W.shape[1:3]
    down, along, row_dilation, column_dilation, above, left = steps
    columns = R * T * O
    outputs = view(y, n * height * width * O, (height * width, O))
    for place in range(height * width):
        for o in range(O):
            outputs[place, o] = b[o]
    span = T if column_dilation == 1 else 1  # weights whose outputs lie side by side
    for p in range(P):
        matmul(
            flat(x), (n * P + p) * Q * I, I, 1, flat(W), 0, columns, room, 0, columns, Q, columns, I, room, 0, 0, True
        )  # fmt: skip
        for r in range(R):
            row = p * down - above + r * row_dilation
            if row < 0 or row >= height:
                continue
            for q in range(Q):
                for t in range(0, T, span):
                    column = q * along - left + t * column_dilation
                    start, end = max(0, -column), min(span, width - column)
                    if start >= end:
                        continue
                    count = (end - start) * O
                    products = view(room, q * columns + (r * T + t + start) * O, (count,))
                    line = view(y, ((n * height + row) * width + column + start) * O, (count,))
                    for i in range(count):
                        line[i] += products[i]


@inner
def pieces(first, second, third):
    """How far three nested sums run in pieces of about PIECE terms."""
    if third >= PIECE:
        count = (third + PIECE - 1) // PIECE
        return 1, 1, (third + count - 1) // count
    if second * third >= PIECE:
        return 1, max(1, PIECE // third), third
    return max(1, min(first, PIECE // max(1, second * third))), max(1, second), third


@kernel()
def contract_groups(queue, starts, x, y, padding, room, packed, steps, parts):
    """All groups of samples that this thread can take: what windows of x and y add up to, for each a part."""
    _, P, Q, O = y.shape
    R, T, I = parts.shape[1:4]
    needed, _, _, _, height, width = padding
    group = take_group(queue)
    while group >= 0:
        first, last = starts[group], starts[group + 1]
        rows = (last - first) * P * Q
        cotangents = view(y, first * P * Q * O, (rows, O))
        if is_packed(cotangents):
            right = flat(cotangents)
        else:
            right = packed
            pack_rows(cotangents, 0, rows, packed)
        pad_group(x, first, last, padding, room)
        inputs = view(
            room if needed else flat(x), 0 if needed else first * height * width * I, (last - first, height, width, I)
        )  # fmt: skip
        part = view(parts, group * R * T * I * O, (R, T, I, O))
        contract_windows(inputs, right, (last - first, P, Q, O), steps, part)
        report_done(queue)
        group = take_group(queue)


@inner
def contract_windows(x, y, y_shape, steps, dW):
    """For each weight, the sum over samples and outputs of x's channels, in its place, times those of y, packed."""
    down, along, row_dilation, column_dilation = steps
    N, H, width, I = x.shape
    _, n_rows, n_columns, O = y_shape
    R, T = dW.shape[:2]
    line, sample = width * I, H * width * I
    side_by_side = column_dilation == 1  # a row of a window lies so in x, as it does in dW
    for r in range(R):
        for t in range(1 if side_by_side else T):
            contract(
                flat(x), r * row_dilation * line + t * column_dilation * I, (sample, down * line, along * I),
                y, 0, N * n_rows * n_columns, (n_rows * n_columns, n_columns, 1), (N, n_rows, n_columns),
                flat(dW), (r * T + t) * I * O, I * T if side_by_side else I, O,
            )  # fmt: skip


@kernel()
def exchange(W, exchanged):
    """The last two axes exchanged."""
    R, T, I, O = W.shape
    for tap in range(R * T):
        transpose(beyond(pointer(W), tap * I * O), I, O, beyond(pointer(exchanged), tap * I * O), I)


@inner
def contract(A, a, a_strides, B, b_row, b_rows, b_strides, lengths, C, c, M, columns):
    """``C[m, o] = sum_npq A[(n, p, q), m] B[(n, p, q), o]``, piece after piece of the sum, so that B's part stays in
    the first-level cache. B is packed; its strides count rows."""
    L = lanes(B)
    N, P, Q = lengths
    piece_n, piece_p, piece_q = pieces(N, P, Q)
    for strip in range(count_strips(C, columns)):
        left, width = strip_at(C, columns, strip)
        stride = (width + L - 1) // L * L
        fresh = True
        for n in range(0, max(1, N), piece_n):  # without samples the sum is 0
            for p in range(0, P, piece_p):
                for q in range(0, Q, piece_q):
                    sums = (
                        min(piece_n, N - n), a_strides[0], b_strides[0] * stride,
                        min(piece_p, P - p), a_strides[1], b_strides[1] * stride,
                        min(piece_q, Q - q), a_strides[2], b_strides[2] * stride,
                    )  # fmt: skip
                    row = b_row + n * b_strides[0] + p * b_strides[1] + q * b_strides[2]
                    tiles(
                        A, a + n * a_strides[0] + p * a_strides[1] + q * a_strides[2], 1,
                        B, left * b_rows + row * stride, sums,
                        C, c + left, columns, M, width, C, c + left, columns, fresh,
                    )  # fmt: skip
                    fresh = False


@kernel(fastmath={"contract", "reassoc", "nsz"})
def column_sums(rows, totals):
    O = totals.size
    for o in range(O):
        totals[o] = 0
    for m in range(len(rows)):
        for o in range(O):
            totals[o] += rows[m, o]


@kernel()
def add_up(parts, total):
    """The sum of the parts, in their order."""
    for i in range(total.size):
        total[i] = parts[0, i]
    for part in range(1, len(parts)):
        for i in range(total.size):
            total[i] += parts[part, i]
