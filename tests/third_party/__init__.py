"""The library on networks that others wrote, beside an independent watch of products."""
