"""Channel gates and what only looks like them, with everything that is to be found worked out."""
