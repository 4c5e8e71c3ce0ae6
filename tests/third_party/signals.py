"""Networks for speech, heart and brain signals, and time series."""

from importlib import import_module
from typing import Any

import torch

from tests.third_party.blocks import between
from tests.third_party.inputs import named, noise
from tests.third_party.network import Inputs, Network

SMALL = {
    "channels": [32, 32, 32, 32, 96],
    "attention_channels": 8,
    "res2net_scale": 4,
    "se_channels": 8,
    "lin_neurons": 16,
}


def _with_lengths() -> Inputs:
    """Signals of two lengths, the shorter one filled up."""
    return (torch.randn(2, 40, 24), torch.tensor([1.0, 0.5]))


def _omni() -> Any:
    module = import_module("transformers.models.qwen2_5_omni.modeling_qwen2_5_omni")
    config = import_module("transformers").Qwen2_5OmniDiTConfig(
        mel_dim=24,
        enc_dim=16,
        enc_channels=[32, 32, 32, 32, 96],
        enc_attention_channels=8,
        enc_res2net_scale=4,
        enc_se_channels=8,
    )
    return module.ECAPA_TimeDelayNet(config)


NETWORKS = (
    Network(
        "speechbrain",
        "ECAPA-TDNN",
        named("speechbrain.lobes.models.ECAPA_TDNN", "ECAPA_TDNN", 24, **SMALL),
        noise(2, 40, 24),
        3,
    ),
    Network(
        "speechbrain",
        "ECAPA-TDNN, signals of two lengths",
        named("speechbrain.lobes.models.ECAPA_TDNN", "ECAPA_TDNN", 24, **SMALL),
        _with_lengths,
        3,
        says=("weighted mean, sigmoid, s",),
    ),
    Network(
        "speechbrain",
        "ResNet for speakers",
        named(
            "speechbrain.lobes.models.ResNet",
            "ResNet",
            24,
            channels=[8, 8, 16, 16],
            block_sizes=[1, 1, 1, 1],
            lin_neurons=16,
        ),
        noise(2, 40, 24),
        2,
    ),
    Network("transformers", "Qwen2.5-Omni's speaker encoder", _omni, noise(2, 40, 24), 3),
    Network(
        "funasr",
        "CAM++",
        named(
            "funasr.models.campplus.model",
            "CAMPPlus",
            feat_dim=24,
            init_channels=16,
            growth_rate=8,
            embedding_size=16,
        ),
        noise(2, 120, 24),
        0,
        others="52 another map",
    ),
    *(
        Network(
            "tsai",
            kind,
            between("tsai.models.layers", kind, 16, reduction=4, channels=16, dims=1),
            noise(2, 3, 31),
            1,
        )
        for kind in ("SEModule1d", "SqueezeExciteBlock")
    ),
    Network(
        "tsai",
        "LSTM-FCN with gates",
        named("tsai.models.RNN_FCN", "MLSTM_FCN", 3, 4, 31),
        noise(2, 3, 31),
        2,
    ),
)
