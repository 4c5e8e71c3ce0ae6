"""Pictures turned as the camera was held, by the orientation that the file names."""

from PIL import ExifTags, Image
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import TiffImageFile

from senet_viz.core.translation import tr

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def upright(source: ImageFile) -> tuple[Image.Image, str]:
    """The decoded picture as the camera was held, and a note where that changed something."""
    if isinstance(source, TiffImageFile):  # turns itself while loading, then forgets it did
        note = turning_note(orientation(source))
        source.load()
        return source, note
    source.load()
    return turned(source, orientation(source))


def turned(image: Image.Image, number: int) -> tuple[Image.Image, str]:
    """The picture turned back from orientation ``number`` (1 to 8), and a note if it was turned."""
    turn = _TURNS.get(number)
    return (image, "") if turn is None else (image.transpose(turn), turning_note(number))


def turning_note(number: int) -> str:
    return tr("turned upright as its orientation tag says") if number in _TURNS else ""


def orientation(source: ImageFile) -> int:
    """The number that the file names; 1, upright, where it names none that can be read."""
    try:
        return int(source.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken metadata is no reason to refuse the pixels
        return 1
