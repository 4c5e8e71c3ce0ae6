"""Names of files made from a person's words: short, of harmless letters, inside their folder."""

import re
import unicodedata

LONGEST = 80
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # to Windows


def safe_name(text: str, *, otherwise: str = "file") -> str:
    """``text`` as one part of a path: letters, digits, dots, dashes; never a way out of a folder.

    Words of every script stay readable. ``otherwise`` stands in where nothing is left.

    >>> safe_name("../../etc/pass wd"), safe_name("my cup.jpg"), safe_name("猫 ♥")
    ('etc-pass-wd', 'my-cup.jpg', '猫')
    """
    plain = unicodedata.normalize("NFC", text)
    plain = "".join(c if c.isalnum() or c in "._-" else "-" for c in plain)
    plain = re.sub(r"-{2,}|-?\.{2,}-?", "-", plain).strip("._-")[:LONGEST].strip("._-")
    if not plain or RESERVED.fullmatch(plain):
        return f"{otherwise}-{plain}".rstrip("-")
    return plain
