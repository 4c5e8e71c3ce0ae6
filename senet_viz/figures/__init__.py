"""Records -> plotly figures and PNG mosaics. One module per subject; no torch, no streamlit."""

from senet_viz.core.extras import require_extra

require_extra("figures", "plotly")  # before a module here imports it
