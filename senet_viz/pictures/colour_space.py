"""Colours of 8 bits in any space as sRGB on white, and remarks on what that took."""

from io import BytesIO

from PIL import Image, ImageChops, ImageCms

from senet_viz.core.translation import tr


def in_srgb(image: Image.Image) -> tuple[Image.Image, list[str]]:
    """A picture of 8 bits in sRGB on white, without metadata, and notes on what that took."""
    alpha = _alpha(image)
    colours, note = _srgb(image, image.info.get("icc_profile", b""))
    notes = [note] if note else []
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
    return image.convert("RGBA").getchannel("A")


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
