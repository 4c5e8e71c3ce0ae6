"""All networks."""

from tests.third_party import (
    blocks,
    classifiers,
    other_libraries,
    pytorchcv_networks,
    restoration,
    segmentation,
    signals,
    tables,
    volumes,
)
from tests.third_party.network import Network

NETWORKS: tuple[Network, ...] = (
    *classifiers.NETWORKS,
    *segmentation.NETWORKS,
    *pytorchcv_networks.NETWORKS,
    *volumes.NETWORKS,
    *signals.NETWORKS,
    *tables.NETWORKS,
    *restoration.NETWORKS,
    *other_libraries.NETWORKS,
    *blocks.NETWORKS,
)
