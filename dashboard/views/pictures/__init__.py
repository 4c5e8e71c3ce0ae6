"""Pictures: several pictures, or two networks, compared."""
