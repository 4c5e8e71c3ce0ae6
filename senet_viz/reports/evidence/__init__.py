"""Everything behind a look at pictures, as files, with a manifest of their hashes."""

from senet_viz.reports.evidence.bundle import bundled, read_bundle, write_folder, write_zip

__all__ = ["bundled", "read_bundle", "write_folder", "write_zip"]
