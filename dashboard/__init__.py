"""The app: ``streamlit run dashboard/app.py``. Its numbers and charts are made by senet_viz."""

from pathlib import Path

from senet_viz.core.translation import add_catalogues

add_catalogues(Path(__file__).parent / "locales")
