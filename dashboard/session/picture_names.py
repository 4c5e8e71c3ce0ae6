"""Pictures by short names, as an address has them."""

from dashboard.session import link_notes, selection


def short(key: str) -> str:
    """A picture's short key: a sample's name, or the first digits of an upload's hash."""
    return key[: link_notes.DIGITS] if link_notes.is_hash(key) else key


def key_of(name: str) -> str:
    """The key of the picture on offer with this name, or whose hash begins so; "" without one."""
    hashed = link_notes.is_hash(name)
    return next(
        (
            chosen.key
            for chosen in selection.pictures()
            if name == chosen.key or (hashed and chosen.sha256.startswith(name))
        ),
        "",
    )
