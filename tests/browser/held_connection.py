"""The app in a process where other people hold every turn until a file is gone.

``streamlit run`` starts this file in place of the app: the turns are held inside the server, as
they are by real people, for as long as the file that ``HELD`` names is there.
"""

import os
import runpy
import threading
import time
from pathlib import Path

import streamlit as st

from dashboard.runtime.work_queue import MODELS

ROOT = Path(__file__).parents[2]
FILE = Path(os.environ["HELD"])


def hold(who: str) -> None:
    with MODELS.turn(who, waiting=lambda _ahead: None):
        while FILE.exists():
            time.sleep(0.1)


@st.cache_resource(show_spinner=False)
def others() -> list[threading.Thread]:
    held = [threading.Thread(target=hold, args=(f"other {n}",)) for n in range(MODELS.at_once)]
    for thread in held:
        thread.start()
    time.sleep(0.3)
    return held


others()
runpy.run_path(str(ROOT / "dashboard" / "app.py"), run_name="__main__")
