"""The app: ``streamlit run dashboard/app.py``. Its numbers and charts are made by senet_viz."""
