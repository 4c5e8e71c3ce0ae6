"""The limits of one server, each a setting with a default.

``SENET_VIZ_`` and the name in capitals, in the environment of the server, sets another one:
``SENET_VIZ_PICTURE_MB=5``.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from senet_viz.core.errors import SENetVizError
from senet_viz.core.translation import tr

PREFIX = "SENET_VIZ_"


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in MB, counts, all whole numbers of 1 or more.

    picture_mb: of one picture's file. pictures, networks: uploads kept for one person, the newest;
    pictures_mb: of all their pictures' files together.
    weights_mb: of one weight file. at_once: people whose work runs at a time. most_waiting: people
    who may wait for theirs; anyone beyond that is told to come back. decoded_mb, captures_mb,
    networks_mb: what is kept of pictures, forward passes and loaded networks of everybody
    together; the longest unused goes first.
    """

    picture_mb: int = 20
    pictures: int = 40
    pictures_mb: int = 240
    weights_mb: int = 2048
    networks: int = 3
    at_once: int = 2
    most_waiting: int = 32
    decoded_mb: int = 256
    captures_mb: int = 512
    networks_mb: int = 1024


def read_limits(environment: Mapping[str, str]) -> Limits:
    """The usual limits with what the environment sets.

    Raises a SENetVizError that names the setting where it is no whole number of 1 or more.

    >>> read_limits({"SENET_VIZ_PICTURES": "3"}).pictures
    3
    """
    given = {}
    for field in fields(Limits):
        name = PREFIX + field.name.upper()
        text = environment.get(name, "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 10**6):
            raise SENetVizError(
                tr(
                    "{name} is {text!r:.40}; give a whole number from 1 to 1000000, or leave it "
                    "unset",
                    name=name,
                    text=text,
                )
            )
        given[field.name] = int(text)
    return Limits(**given)


LIMITS = read_limits(os.environ)
