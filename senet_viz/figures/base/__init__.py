"""What every chart is made of; imported before them, it says so where Plotly is missing."""

from senet_viz.core.extras import require_extra

require_extra("figures", "plotly")
