"""A picture file opened but not decoded, known to be of a kind and size that can be afforded."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.TiffImagePlugin import TiffImageFile

from senet_viz.core.errors import ImageError
from senet_viz.core.translation import tr
from senet_viz.pictures.file_signatures import Reader
from senet_viz.pictures.jpeg_kinds import unusual_kind
from senet_viz.pictures.png_repair import Mended, mend
from senet_viz.pictures.tiff_by_pillow import is_read_by_pillow
from senet_viz.pictures.tiff_layout import TiffDamageError, TiffLayout, read_layout


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A file whose size can be afforded, not yet decoded.

    ``layout`` is that of a TIFF; ``source`` is None where Pillow does not read it.
    """

    source: ImageFile | None
    mended: Mended
    layout: TiffLayout | None = None

    @property
    def size(self) -> tuple[int, int]:
        if self.source is not None:
            return self.source.size
        return (0, 0) if self.layout is None else self.layout.size


def open_file(
    data: bytes, name: str, reader: Reader, *, most_pixels: int, most_bytes: int
) -> Opened:
    """A file of format ``name`` with at most so many pixels. ImageError where it is not one.

    most_bytes: of the unpacked pixels, where they are not unpacked by Pillow.
    """
    if name == "TIFF":
        return _open_tiff(data, most_pixels, most_bytes)
    if name == "PNG":  # known before anything of it is unpacked
        width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
        _check_size(name, width, height, most_pixels)
    mended = mend(data) if name == "PNG" else Mended(data, b"", ())
    try:
        source = reader(BytesIO(mended.data))
    except Image.DecompressionBombError as error:
        raise ImageError(
            tr(
                "this {name} file has more than the {allowed:g} megapixels allowed, so "
                "make it smaller",
                name=name,
                allowed=most_pixels / 1e6,
            )
        ) from error
    except Exception as error:  # hostile headers raise whatever the parser trips over
        raise _refusal(error, name, data) from error
    _check_size(name, *source.size, most_pixels)
    if isinstance(source, PngImageFile):
        _mend_key(source)
    if mended.profile:
        source.info["icc_profile"] = mended.profile
    return Opened(source, mended)


def _open_tiff(data: bytes, most_pixels: int, most_bytes: int) -> Opened:
    try:
        layout = read_layout(data)
    except TiffDamageError as error:
        raise _refusal(error, "TIFF", data) from error
    _check_size("TIFF", *layout.size, most_pixels)
    source = None
    if is_read_by_pillow(layout):
        try:
            source = TiffImageFile(BytesIO(data))
        except SyntaxError:  # it knows no such bands
            source = None
        except Exception as error:
            raise _refusal(error, "TIFF", data) from error
    if source is None and layout.unpacked_bytes > most_bytes:
        raise ImageError(
            tr(
                "this TIFF file unpacks to {size:,.0f} MB, more than the {most:,.0f} MB allowed, "
                "so make it smaller",
                size=layout.unpacked_bytes / 1e6,
                most=most_bytes / 1e6,
            )
        )
    return Opened(source, Mended(data, b"", ()), layout)


def _refusal(error: Exception, name: str, data: bytes) -> ImageError:
    """Why a reader does not take a file: a kind that it does not know, or no sense in it."""
    why = str(error) if str(error).startswith("Unsupported") else ""
    return unread(name, data, why) or ImageError(
        tr(
            "this {name} file ({data:,} bytes) is too short or damaged to hold a "
            "picture, so copy or download it again",
            name=name,
            data=len(data),
        )
    )


def unread(name: str, data: bytes, why: str = "") -> ImageError | None:
    """That a file is of a kind which no reader here knows; None where that is not the reason."""
    why = why or (unusual_kind(data) if name == "JPEG" else "")
    if not why:
        return None
    return ImageError(
        tr(
            "this {name} file is of a kind that is not read ({why}): save it as PNG, or as "
            "an ordinary {name}",
            name=name,
            why=why[:80],
        )
    )


def check_bytes(data: bytes, most: int) -> None:
    """An ImageError where the file itself is larger."""
    if len(data) > most:
        raise ImageError(
            tr(
                "the file has {data:,.0f} MB, more than the {max_bytes:,.0f} MB allowed, "
                "so make it smaller",
                data=len(data) / 1000000.0,
                max_bytes=most / 1000000.0,
            )
        )


def _check_size(name: str, width: int, height: int, most_pixels: int) -> None:
    if width * height > most_pixels:
        raise ImageError(
            tr(
                "this {name} file has {width} x {height} pixels ({has:.7g} megapixels), "
                "more than the {allowed:g} megapixels allowed, so make it smaller",
                name=name,
                width=width,
                height=height,
                has=width * height / 1e6,
                allowed=most_pixels / 1e6,
            )
        )


def _mend_key(source: PngImageFile) -> None:
    """Pillow (13.0) scales such pixels to 8 bits, but not the one colour that is transparent."""
    key, raw = source.info.get("transparency"), source.tile[0].args if source.tile else ""
    if isinstance(key, int) and raw in ("L;2", "L;4"):
        source.info["transparency"] = key * {"L;2": 85, "L;4": 17}[raw]
