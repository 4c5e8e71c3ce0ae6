"""The app: ``streamlit run dashboard/app.py``. Thin; everything it shows comes from senet_viz."""
