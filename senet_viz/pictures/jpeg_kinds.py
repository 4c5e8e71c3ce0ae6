"""The rarer ways to code a JPEG, which its reader may not know."""

_USUAL = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive
_KINDS = {
    0xC3: "lossless JPEG",
    0xC5: "hierarchical JPEG",
    0xC6: "hierarchical JPEG",
    0xC7: "hierarchical JPEG",
    0xC9: "arithmetic coding",
    0xCA: "arithmetic coding",
    0xCB: "arithmetic coding",
    0xCD: "hierarchical JPEG",
    0xCE: "hierarchical JPEG",
    0xCF: "hierarchical JPEG",
    0xF7: "JPEG-LS",
}


def unusual_kind(data: bytes) -> str:
    """The name of a rare coding, with bits and bands where they are; "" of a usual or no JPEG.

    >>> unusual_kind(bytes.fromhex("ffd8 fff7 000b 08 0001 0001 01 011100"))
    'JPEG-LS'
    """
    at = 2
    while at + 10 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _KINDS:
            return _KINDS[marker]
        if marker in _USUAL:
            bits, bands = data[at + 4], data[at + 9]
            return "" if bits == 8 and bands in (1, 3, 4) else f"{bits} bits, {bands} bands"
        at += 1 if marker == 0xFF else 2 + length
    return ""
