"""One family of errors. Each message says what was given, what is wrong, and what would work."""


class SENetVizError(Exception):
    """Something a person can put right; the message is for them."""


class ImageError(SENetVizError):
    """The bytes are not a picture that can be used."""


class BlockError(SENetVizError):
    """No such block or channel, or no block at all."""


class CaptureError(SENetVizError):
    """A forward pass could not be captured as asked."""


class WeightsError(SENetVizError):
    """A model is unknown, or its weights cannot be had or do not fit."""
