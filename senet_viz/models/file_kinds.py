"""Files that are no weight files: recognised by content, whatever their name."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from senet_viz.core.errors import WeightsError
from senet_viz.core.translation import tr

ZIP = b"PK\x03\x04"
HEAD = 4096  # bytes that tell what a file is
LONGEST_HEADER = 100_000_000  # bytes of safetensors' JSON, by its own rule
PACKED = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf\x27\x1c": "7-Zip",
    b"Rar!": "RAR",
    b"\x28\xb5\x2f\xfd": "zstd",
}
OTHERS = {
    b"\x89HDF\r\n\x1a\n": "HDF5 (Keras)",
    b"GGUF": "GGUF",
    b"\x93NUMPY": "NumPy",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"%PDF": "PDF",
}
INSIDE: tuple[tuple[Callable[[str], bool], str], ...] = (
    (lambda name: name.endswith(".weights.h5"), "Keras"),
    (lambda name: name.endswith(("archive_format", "models/model.json")), "torch.export"),
    (lambda name: name.endswith(".data/extern_modules"), "torch.package"),
    (lambda name: name.endswith(".npy"), "NumPy"),
)
PROGRAM = ("/constants.pkl", "/bytecode.pkl")  # of torch.jit.save, also for phones
LOADABLE = (".pth", ".pt", ".safetensors", ".ckpt", ".bin", ".tar")


def is_safetensors(path: Path) -> bool:
    """Whether the file begins as safetensors do: with the length of a header, and the header."""
    with path.open("rb") as file:
        head = file.read(9)
    return (
        len(head) == 9
        and head[8:] == b"{"
        and int.from_bytes(head[:8], "little") < min(LONGEST_HEADER, path.stat().st_size)
    )


def require_weights(path: Path) -> None:
    """Raise a WeightsError that says what the file is, if it is known not to hold weights."""
    if path.stat().st_size == 0:
        raise WeightsError(
            tr(
                "{path} is not a readable weight file: it is empty. Fetch or save it again.",
                path=path,
            )
        )
    with path.open("rb") as file:
        head = file.read(HEAD)
    if head.startswith(ZIP):
        _require_tensors(path)
        return
    for start, packing in PACKED.items():
        if head.startswith(start):
            raise WeightsError(
                tr(
                    "{path} is packed with {packing}. Unpack it, and give the weight file in it.",
                    path=path,
                    packing=packing,
                )
            )
    if kind := _foreign(head):
        raise _of_another_format(path, kind)
    if not is_safetensors(path) and (text := _text(head)):
        _refuse_text(path, text)


def _foreign(head: bytes) -> str:
    kind = next((kind for start, kind in OTHERS.items() if head.startswith(start)), "")
    if head[4:8] == b"TFL3":
        return "TensorFlow Lite"
    # ONNX is a protocol buffer: the version of its format first, then who wrote it
    if re.match(rb"\x08[\x01-\x20]\x12.(pytorch|tf2onnx|skl2onnx|onnx|paddle)", head, re.DOTALL):
        return "ONNX"
    return kind


def _require_tensors(path: Path) -> None:
    """Accept zip archives of ``torch.save``; say what any other archive is."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # damaged; reading it says so
    if any(name.endswith(PROGRAM) or "/code/__torch__" in name for name in names):
        raise WeightsError(
            tr(
                "{path} is a TorchScript program (torch.jit.save): a network together with its "
                "code, and no code is run from a file. Where it was made, save its tensors: "
                "torch.save(torch.jit.load(PATH).state_dict(), NEW_PATH).",
                path=path,
            )
        )
    if any(name.endswith("data.pkl") for name in names):
        return
    for is_one, kind in INSIDE:
        if any(map(is_one, names)):
            raise _of_another_format(path, kind)
    inner = [name for name in names if name.lower().endswith(LOADABLE)]
    raise WeightsError(
        tr(
            "{path} is a zip with {name} in it. Unpack it, and give that file.",
            path=path,
            name=inner[0],
        )
        if inner
        else tr(
            "{path} is a zip without tensors in it. Give a .safetensors file, or one that "
            "torch.save wrote.",
            path=path,
        )
    )


def _of_another_format(path: Path, kind: str) -> WeightsError:
    return WeightsError(
        tr(
            "{path} holds {kind}, not PyTorch weights. Give a .safetensors file, or one that "
            "torch.save(model.state_dict(), PATH) wrote.",
            path=path,
            kind=kind,
        )
    )


def _text(head: bytes) -> str:
    """The beginning of the file if it is text, else ""."""
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4 or len(head) < HEAD:  # not a letter cut in two by our limit
            return ""
        text = head[: error.start].decode("utf-8-sig")
    return "" if re.search(r"[\x00-\x08\x0e-\x1f]", text) else text.strip()


def _refuse_text(path: Path, text: str) -> None:
    if re.match(r"version https://git-lfs|/annex/objects/", text):
        size = re.search(r"^size (\d+)$", text, re.MULTILINE)
        raise WeightsError(
            tr(
                "{path} is a pointer of Git LFS or git-annex to the weights ({size} bytes), not "
                "the weights themselves. Fetch them with git lfs pull (git annex get) where the "
                "file came from, or download the file itself.",
                path=path,
                size=f"{int(size.group(1)):,}" if size else "?",
            )
        )
    if re.match(r"(<!--.*?-->\s*)*<(!doctype html|html|head|\?xml)", text, re.I | re.DOTALL):
        title = re.search(r"<title[^>]*>\s*(.*?)\s*</title>", text, re.I | re.DOTALL)
        words = _shortened(title.group(1) if title else re.sub(r"<[^>]*>", " ", text))
        raise WeightsError(
            tr(
                "{path} is a web page ({text!r}), which was downloaded in place of the weights. "
                "Open its address in a browser and save the file that it offers.",
                path=path,
                text=words,
            )
        )
    if text.startswith("{") and '"weight_map"' in text:
        raise WeightsError(
            tr(
                "{path} only lists the parts of a model that is kept in several files. Load it "
                "where it was made and save it as one: torch.save(model.state_dict(), PATH).",
                path=path,
            )
        )
    raise WeightsError(
        tr(
            "{path} is not a readable weight file: it holds text, beginning {text!r}. Give a "
            ".safetensors file, or one that torch.save(model.state_dict(), PATH) wrote.",
            path=path,
            text=_shortened(text),
        )
    )


def _shortened(text: str) -> str:
    one = " ".join(text.split())
    return f"{one[:57]}..." if len(one) > 60 else one
