"""Records -> plotly figures and PNG mosaics. One module per subject; no torch, no streamlit."""
