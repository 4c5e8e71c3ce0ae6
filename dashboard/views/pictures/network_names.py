"""What two networks are called in charts: short, told apart, and changed by hand."""

import re

import streamlit as st

from dashboard.runtime.offers import sha256
from senet_viz.core.translation import again, tr
from senet_viz.figures.base.series import NAME_LENGTH, Series

ASIDE = re.compile(r"\s*\([^)]*\)|,.*")  # characters that end the name in a title


def series(keys: tuple[str, str], titles: tuple[str, str]) -> tuple[Series, Series]:
    """Both as charts draw them, and where to give them other names.

    ``keys`` are what the app knows the networks by.
    """
    usual = short(again(titles[0]), again(titles[1]))
    with st.popover(tr("Names"), type="tertiary", key="pictures_names"):
        given = [
            st.text_input(
                name,
                key=f"pictures_network_{sha256(key.encode())[:16]}",
                persist_state="session",
                max_chars=NAME_LENGTH,
                placeholder=name,
            )
            for key, name in zip(keys, usual, strict=True)
        ]
    first, second = ((mine or "").strip() or name for mine, name in zip(given, usual, strict=True))
    return Series(first, 0), Series(second, 1)


def short(first: str, second: str) -> tuple[str, str]:
    """The names alone, without what stands in brackets or after a comma, unless that tells apart.

    >>> short("SE-ResNet-18 (narrow), Imagenette", "seresnet50 (timm)")
    ('SE-ResNet-18', 'seresnet50')
    >>> short("efficientnet_b0 (timm)", "efficientnet_b0 (torchvision)")
    ('efficientnet_b0 (timm)', 'efficientnet_b0 (torchvision)')
    """
    names = ASIDE.sub("", first), ASIDE.sub("", second)
    return names if names[0] != names[1] else (first, second)
