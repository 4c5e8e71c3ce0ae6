"""How many bytes the pixels of a PNG unpack to, interlaced ones among them."""

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # of a pixel, by colour type
# Of an interlaced picture, pass by pass: left, top, step across, step down.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)


def count_raw_bytes(header: bytes) -> int:
    """Bytes of the unpacked pixels, a filter byte a row among them; 0 where no header tells.

    header: the body of the chunk IHDR.

    >>> count_raw_bytes(bytes([0, 0, 0, 10, 0, 0, 0, 2, 8, 2, 0, 0, 0]))
    62
    """
    if len(header) != 13 or header[9] not in _SAMPLES:
        return 0
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    bits, total = header[8] * _SAMPLES[header[9]], 0
    for left, top, across, down in _PASSES if header[12] else ((0, 0, 1, 1),):
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total
