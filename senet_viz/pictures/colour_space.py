"""Any picture's colours as 8-bit sRGB on white, and remarks on what that took."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageChops, ImageCms

from senet_viz.core.translation import tr


def in_srgb(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """The picture in sRGB on white, without metadata, and notes on what that took."""
    alpha = _alpha(image)
    shallow, depth_note = _eight_bits(image)
    colours, colour_note = _srgb(shallow, image.info.get("icc_profile", b""))
    notes = [depth_note, colour_note]
    if alpha is not None and alpha.getextrema() != (255, 255):
        blank = alpha.getextrema() == (0, 0)
        notes.append(
            tr("wholly transparent: all white") if blank else tr("transparent parts made white")
        )
        white = Image.new("RGB", image.size, "white")
        white.paste(colours, mask=alpha)
        colours = white
    colours.info = {}  # the old profile must not be saved with the new colours
    return colours, notes


def _alpha(image: Image.Image) -> Image.Image | None:
    """Opacity, 0 to 255, or None for a picture that has none."""
    if not image.has_transparency_data:
        return None
    if image.mode.startswith("I;16"):
        opaque = np.asarray(image) != image.info["transparency"]
        return Image.fromarray(opaque.astype(np.uint8) * np.uint8(255))
    return image.convert("RGBA").getchannel("A")


def _eight_bits(image: Image.Image) -> tuple[Image.Image, str]:
    """Grey values of 16 or 32 bits brought to 0..255; every other picture as it is."""
    if image.mode.startswith("I;16"):
        grey = ((np.asarray(image).astype(np.uint32) + 128) // 257).astype(np.uint8)
        return Image.fromarray(grey), tr("16-bit values divided by 257 to fit 8 bits")
    if image.mode not in ("I", "F"):
        return image, ""
    with np.errstate(all="ignore"):  # infinities become black and white; no number and 0/0 black
        values = np.array(image, dtype=np.float64)  # one copy, changed in place: it can be 400 MB
        finite = np.isfinite(values)
        low = values.min(where=finite, initial=np.inf)
        high = values.max(where=finite, initial=-np.inf)
        if low > high or (image.mode == "F" and low >= 0 and high <= 1):
            low, high = 0.0, 1.0
        np.clip(values, low, high, out=values)
        values -= low
        values *= 255 / (high - low)
        grey = np.nan_to_num(values, copy=False).round(out=values).astype(np.uint8)
    return Image.fromarray(grey), tr(
        "32-bit values {low:.4g} to {high:.4g} shown as black to white", low=low, high=high
    )


def _srgb(image: Image.Image, profile: bytes) -> tuple[Image.Image, str]:
    """RGB by the embedded colour profile; by Pillow's plain rule without a usable one."""
    if image.mode in ("1", "L", "LA"):
        image = image.convert("L")
    elif image.mode not in ("RGB", "CMYK"):
        image = image.convert("RGBA").convert("RGB")
    plain = image.convert("RGB")
    note = tr("print colours (CMYK) turned into RGB") if image.mode == "CMYK" else ""
    try:
        source, target = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        exact = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ImportError, TypeError, ValueError):
        return plain, note
    if exact is None or ImageChops.difference(plain, exact).getbbox() is None:
        return plain, note
    return exact, tr("colours converted to sRGB by the profile in the file")
