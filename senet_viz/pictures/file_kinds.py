"""What a file or folder of a data set is: by its name, and where the name says nothing, content."""

import re
from typing import Final

from senet_viz.pictures.file_signatures import READERS

PICTURES: Final = frozenset(
    ".jpg .jpeg .jpe .jfif .jif .jfi .pjpeg .pjp .png .apng .webp .bmp .dib .tif .tiff .gif "
    ".heic .heif .hif .avif".split()
)
TAR: Final = ".tar"
PARQUET: Final = frozenset((".parquet", ".pq"))
ARROW: Final = ".arrow"
TABLES: Final = frozenset((*PARQUET, ARROW))
COMPRESSED_TAR: Final = re.compile(
    r".*\.(tar\.(gz|bz2|xz|zst|lzma|lz4|z)|tgz|tbz2?|txz|tzst)", re.IGNORECASE | re.DOTALL
)
ARCHIVES: Final = frozenset(".zip .rar .7z .gz .bz2 .xz .zst .tar .tgz .parquet .pq .arrow".split())
# Of these nobody has to look at the content. SVG is among them: it has no pixels.
NO_PICTURES: Final = frozenset(
    ".txt .csv .tsv .json .jsonl .xml .yaml .yml .md .rst .html .htm .css .js .py .ipynb .sh .bat "
    ".pdf .doc .docx .xls .xlsx .ppt .pptx .odt .rtf .tex .log .ini .cfg .toml .url .lnk .svg "
    ".npy .npz .mat .pkl .pickle .pth .pt .ckpt .onnx .h5 .hdf5 .safetensors .pb .tfrecord .lmdb "
    ".mp4 .avi .mov .mkv .webm .mp3 .wav .flac .ogg .exe .dll .so .db .sqlite .feather .msgpack "
    ".cls .index .label .lock .crc .md5 .sha1 .sha256 .ds_store".split()
)
SYSTEM: Final = frozenset(
    (
        "@eadir",  # Synology
        "#recycle",
        "#snapshot",
        "@recycle",  # QNAP
        ".@__thumb",
        "@__thumb",
        "@recently-snapshot",
        "__macosx",  # macOS
        ".appledouble",
        ".ds_store",
        ".fseventsd",
        ".spotlight-v100",
        ".temporaryitems",
        ".trashes",
        "icon\r",
        "$recycle.bin",  # Windows
        "system volume information",
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "lost+found",  # Linux
        ".thumbnails",
        "thumbnails",
        ".trash",
        ".cache",
        ".git",
        "__pycache__",
        ".ipynb_checkpoints",
        ".picasaoriginals",
        ".picasa.ini",
        "picasa.ini",
    )
)


def suffix_of(name: str) -> str:
    """In small letters, with its dot; "" for none.

    >>> suffix_of("a/B.Tar"), suffix_of("README")
    ('.tar', '')
    """
    last = name[name.rfind("/") + 1 :]
    stem, dot, suffix = last.rpartition(".")
    return f"{dot}{suffix}".lower() if stem.strip(".") else ""


def stem_of(name: str) -> str:
    """The last part of a path without its suffix."""
    last = name[name.rfind("/") + 1 :]
    return last[: len(last) - len(suffix_of(last))]


def is_picture_by_name(name: str) -> bool:
    return suffix_of(name) in PICTURES


def may_be_picture(name: str) -> bool:
    """Whether only the content can tell: no suffix, or one that says nothing."""
    return suffix_of(name) not in NO_PICTURES | ARCHIVES


def is_picture_by_content(head: bytes) -> bool:
    """Whether the first bytes of a file (HEAD of them) are those of a picture."""
    return any(re.match(known, head, re.DOTALL) for known, _ in READERS.values())


def kept_by_system(name: str) -> bool:
    """Whether a system or a program keeps the file or folder of this name for itself.

    >>> kept_by_system("@eaDir"), kept_by_system("._1.jpg"), kept_by_system("cat")
    (True, True, False)
    """
    lower = name.casefold()
    return lower in SYSTEM or lower.startswith(("._", ".trash-", "~$"))


def is_hidden(name: str) -> bool:
    return name.startswith(".") and name not in (".", "..")


def is_compressed_tar(name: str) -> bool:
    return COMPRESSED_TAR.fullmatch(name) is not None


def is_compressed(head: bytes) -> bool:
    """Whether a file begins as gzip, bzip2, xz or zstandard do, whatever it is called."""
    return head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd"))
