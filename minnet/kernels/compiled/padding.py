"""What lies around samples: zeros, or their other end, as windows that reach beyond the edge want it; and back."""

from minnet.kernels.compiled.cache import inner, kernel
from minnet.kernels.compiled.views import view


@inner
def pad_group(x, first, last, padding, room):
    """Samples `first` to `last`, not included, with what they need around them; where they need nothing, no copy."""
    needed, above, left, circular, height, width = padding
    if needed:
        _, H, W, C = x.shape
        n = last - first
        pad(view(x, first * H * W * C, (n, H, W, C)), above, left, circular, view(room, 0, (n, height, width, C)))


@inner
def pad(x, above, left, circular, padded):
    """Zeros, or the other end of x, around x (n, height, width, channel)."""
    N, H, W, C = x.shape
    zero = x.dtype.type(0)
    for n in range(N):
        for row in range(padded.shape[1]):
            source = row - above
            if circular:
                source %= H
            line = view(padded, (n * padded.shape[1] + row) * padded.shape[2] * C, (padded.shape[2] * C,))
            if source < 0 or source >= H:
                for i in range(line.size):
                    line[i] = zero
                continue
            inputs = view(x, (n * H + source) * W * C, (W * C,))
            if circular:
                for column in range(padded.shape[2]):
                    place = (column - left) % W
                    for c in range(C):
                        line[column * C + c] = inputs[place * C + c]
                continue
            start, end = min(left, padded.shape[2]) * C, min(left + W, padded.shape[2]) * C
            for i in range(start):
                line[i] = zero
            for i in range(start, end):
                line[i] = inputs[i - left * C]
            for i in range(end, line.size):
                line[i] = zero


@kernel()
def wind(unwound, above, left, values, b, y):
    """Add up all places of a circle that are the same one; the bias moves only the first samples, the values."""
    N, H, W, C = y.shape
    for n in range(N):
        for row in range(H):
            for column in range(W):
                for c in range(C):
                    y[n, row, column, c] = b[c] if n < values else 0
        for row in range(unwound.shape[1]):
            for column in range(unwound.shape[2]):
                for c in range(C):
                    y[n, (row - above) % H, (column - left) % W, c] += unwound[n, row, column, c]
