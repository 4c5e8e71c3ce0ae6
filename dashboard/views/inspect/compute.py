"""What Inspect alone asks of the library, kept: where gates act."""

from dashboard.runtime import picture_cache
from dashboard.runtime.cache import keep
from dashboard.services import networks
from senet_viz.analysis.branch_energy import Meeting
from senet_viz.core.translation import tr
from senet_viz.hooks.branch_energy import meet


@keep(words=lambda: tr("One forward pass, branch against shortcut …"))
def meetings_of(name: str, sha256: str, _data: bytes, *, trained: bool) -> tuple[Meeting, ...]:
    """Every block's meeting with its shortcut, for this picture and network."""
    net = networks.network(name, trained=trained)
    return meet(net.model, net.preprocess(picture_cache.picture(sha256, _data).image))
