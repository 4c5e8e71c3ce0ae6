"""The words of the app, with the paper's signs and how many numbers each stands for."""

import streamlit as st

from dashboard.components.glossary import WORDS
from senet_viz.core.translation import tr


def glossary() -> None:
    """One line for each word."""
    st.subheader(tr("Glossary"), anchor=False)
    st.caption(tr("n pictures, c channels, m hidden units, h × w places of a map"))
    rows = WORDS.values()
    st.table(
        {
            tr("word"): [word.say_word() for word in rows],
            tr("sign"): [word.sign for word in rows],
            tr("numbers"): [word.numbers for word in rows],
            tr("meaning"): [word.say_meaning() for word in rows],
        }
    )
