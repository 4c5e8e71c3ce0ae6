"""``python -m senet_viz`` is ``senet-viz``."""

import sys

from senet_viz.cli import main

sys.exit(main())
