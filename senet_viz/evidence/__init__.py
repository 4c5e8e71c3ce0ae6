"""Everything behind one look at a picture, as files: pictures, arrays, tables, figures, manifest."""

from senet_viz.evidence.bundle import bundled, read_bundle, write_folder, write_zip

__all__ = ["bundled", "read_bundle", "write_folder", "write_zip"]
