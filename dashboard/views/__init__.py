"""One folder a view: ``page`` arranges, ``compute`` runs networks, ``script`` is what to copy."""
