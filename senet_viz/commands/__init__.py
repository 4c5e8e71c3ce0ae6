"""One file for each subcommand of ``senet-viz``: ``add`` describes it, ``run`` does it."""
