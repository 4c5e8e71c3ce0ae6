"""Networks for rows of tables, whose maps are fields of features."""

from tests.third_party.blocks import between
from tests.third_party.inputs import noise
from tests.third_party.network import Network

RELU = ("mean, relu, s",)
NETWORKS = (
    Network(
        "deepctr-torch",
        "SENETLayer",
        between("deepctr_torch.layers.interaction", "SENETLayer", 16, channels=16, dims=1),
        noise(2, 3, 8),
        1,
        says=RELU,
    ),
    Network(
        "torch-rechub",
        "SENETLayer",
        between("torch_rechub.basic.layers", "SENETLayer", 16, channels=16, dims=1),
        noise(2, 3, 8),
        1,
        says=RELU,
    ),
    Network(
        "fuxictr",
        "SqueezeExcitation",
        between(
            "fuxictr.pytorch.layers.attentions.squeeze_excitation",
            "SqueezeExcitation",
            16,
            channels=16,
            dims=1,
        ),
        noise(2, 3, 8),
        1,
        says=RELU,
    ),
)
