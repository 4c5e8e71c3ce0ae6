"""One family of errors. Each message says what was given, what is wrong, and what would work."""

from senet_viz.core.translation import again


class SENetVizError(Exception):
    """Something a person can put right; the message is for them, in the language in force."""

    def __str__(self) -> str:
        return again(self.args[0]) if len(self.args) == 1 else super().__str__()


class ImageError(SENetVizError):
    """The bytes are not a picture that can be used."""


class InputError(SENetVizError):
    """What was given or asked for, other than a picture, cannot be used: a folder, a zip."""


class BlockError(SENetVizError):
    """No such block or channel, or no block at all."""


class CaptureError(SENetVizError):
    """A forward pass could not be captured as asked."""


class MissingExtraError(SENetVizError, ImportError):
    """A package that this use needs is not installed; the message names the extra it is in."""


class WeightsError(SENetVizError):
    """A model is unknown, or its weights cannot be had or do not fit."""
