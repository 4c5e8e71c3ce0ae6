"""What a file is by its first bytes: a picture format and its reader, or what else, in a word."""

import re
from collections.abc import Callable
from io import BytesIO

from PIL import features
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile
from PIL.WebPImagePlugin import WebPImageFile

from senet_viz.core.errors import ImageError, MissingExtraError
from senet_viz.core.extras import import_extra
from senet_viz.core.translation import tr

ACCEPTED = tr("JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC")
HEAD = 1024  # bytes at the beginning of a file that say what it is

Reader = Callable[[BytesIO], ImageFile]
# Readers are called by themselves, not through Image.open: that refuses or warns by a limit that
# is global to the process, and gives no width and height to tell the person.
READERS: dict[str, tuple[bytes, Reader | None]] = {
    "JPEG": (rb"\xff\xd8\xff", JpegImageFile),
    "PNG": (rb"\x89PNG\r\n\x1a\n", PngImageFile),
    "WebP": (rb"RIFF....WEBP", WebPImageFile),
    "GIF": (rb"GIF8[79]a", GifImageFile),
    "TIFF": (rb"II[*+]\0|MM\0[*+]", TiffImageFile),
    "BMP": (rb"BM.{12}[\x0c-\x7c]\0\0\0", BmpImageFile),
    "AVIF": (rb".{4}ftyp(avi[fs]|(mif1|msf1).{4}(....){0,8}avi[fs])", None),
    "HEIC": (rb".{4}ftyp(he[iv][cxms]|mif1|msf1)", None),
}
_WITH_ADVICE: dict[bytes, Callable[[], str]] = {
    rb".*<svg[\s>]": lambda: tr("this is an SVG drawing, which has no pixels: export it as PNG"),
    rb"%PDF": lambda: tr("this is a PDF document, not a picture: export the page as PNG"),
    rb"PK\x03\x04|\x1f\x8b\x08|Rar!|7z\xbc\xaf": lambda: tr(
        "this is an archive, not a picture: unpack it first"
    ),
    rb"(?!.{4}ftypcrx).{4}(ftyp|moov)|\x1a\x45\xdf\xa3|RIFF....AVI ": lambda: tr(
        "this is a film, not a picture: save one of its frames as PNG"
    ),
}
_OTHERS = {
    "JPEG 2000": rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51",
    "JPEG XL": rb"\0\0\0\x0cJXL \r\n\x87\n|\xff\x0a",
    "JPEG XR": rb"II\xbc",
    "DICOM": rb".{128}DICM",
    "OpenEXR": rb"v/1\x01",
    "Radiance HDR": rb"#\?R(ADIANCE|GBE)\n",
    "Photoshop": rb"8BP[SB]\0",
    "GIMP": rb"gimp xcf ",
    "ICO": rb"\0\0[\1\2]\0[^\0]\0",
    "netpbm": rb"P[1-7]\s+[#\d]|P[Ff]\s+\d",
    "QOI": rb"qoif",
    "DDS": rb"DDS ",
    "FITS": rb"SIMPLE  =",
    "NIfTI": rb".{344}n[i+]1\0",
    "NumPy": rb"\x93NUMPY",
    "HDF5": rb"\x89HDF\r\n\x1a\n",
    "camera raw": rb"FUJIFILMCCD-RAW|\0MRM|IIRO|IIRS|IIU\0|FOVb|.{4}ftypcrx",
}
_TEXT = rb"[\t-\r -~\x80-\xf4]+\Z"


def recognise(data: bytes) -> tuple[str, Reader]:
    """Name and reader of the format. ImageError with the way on where there is no reader."""
    head = data[:HEAD]
    if not head:
        raise ImageError(
            tr("the file is empty (0 bytes): choose a {accepted} picture", accepted=ACCEPTED)
        )
    for name, (signature, reader) in READERS.items():
        if re.match(signature, head, re.DOTALL):
            return name, reader or _later(name)
    for signature, advice in _WITH_ADVICE.items():
        if re.match(signature, head, re.DOTALL | re.IGNORECASE):
            raise ImageError(advice())
    for name, signature in _OTHERS.items():
        if re.match(signature, head, re.DOTALL):
            raise ImageError(
                tr(
                    "the format of this file, {name}, is not read: save it as PNG or JPEG",
                    name=name,
                )
            )
    if re.match(_TEXT, head, re.DOTALL):
        raise ImageError(
            tr("this file holds text, not a picture: choose a {accepted} file", accepted=ACCEPTED)
        )
    raise ImageError(
        tr(
            "these {data:,} bytes are no known picture format: save as {accepted}",
            data=len(data),
            accepted=ACCEPTED,
        )
    )


def _later(name: str) -> Reader:
    """The reader of a format that is not always installed; an ImageError that says what to do."""
    if name == "AVIF":
        if not features.check("avif"):
            raise ImageError(
                tr(
                    "this is an AVIF photo, which the Pillow installed here does not read: "
                    "pip install -U pillow, or save it as JPEG or PNG"
                )
            )
        from PIL.AvifImagePlugin import AvifImageFile

        return AvifImageFile
    try:
        plugin = import_extra("pillow_heif")
    except MissingExtraError as error:
        raise ImageError(tr("{error}, or save it as JPEG or PNG", error=error.args[0])) from error
    heic: Reader = plugin.HeifImageFile
    return heic
