"""The machine that the app runs on: what it calculates with, and the memory in use."""

from collections.abc import Mapping

from dashboard.runtime.cache import CAPTURES, DECODED, NETWORKS, POOLS, Pool
from senet_viz.core.process_memory import give_back
from senet_viz.core.translation import count, tr

CACHES: Mapping[str, Pool] = {"networks": NETWORKS, "captures": CAPTURES, "pictures": DECODED}


def calculates_with() -> str:
    """ "CPU, 2 threads", and beside it a GPU that is there and not used."""
    import torch

    words = tr("CPU, {threads}", threads=count(torch.get_num_threads(), "thread"))
    if torch.cuda.is_available():
        name = torch.cuda.get_device_name()
        return tr("{cpu}; {gpu} is there, and the app leaves it alone", cpu=words, gpu=name)
    return words


def free() -> None:
    """Callback: drop what is kept of everybody's pictures and networks; it is made again."""
    for pool in POOLS:
        pool.clear()
    give_back()
