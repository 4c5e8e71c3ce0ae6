"""Networks that sharpen, enlarge and clear pictures, and such as know faces."""

from importlib import import_module
from typing import Any

from tests.third_party.inputs import between_zero_and_one, named
from tests.third_party.network import PLAIN, Network

NONE = "mean, none, s"


def _spandrel(
    name: str,
    gates: int,
    *,
    kind: str = "",
    side: int = 32,
    says: tuple[str, ...] = (PLAIN,),
    others: str = "",
    left: str = "",
    blocks: int | None = None,
    **kwargs: Any,
) -> Network:
    build = named(f"spandrel.architectures.{name}", kind or name, **kwargs)
    inputs = between_zero_and_one(2, 3, side, side)
    return Network("spandrel", kind or name, build, inputs, gates, blocks, says, others, left)


def _super_image(name: str, config: str, gates: int, **more: Any) -> Network:
    own = {k: more.pop(k) for k in ("says", "others", "left", "blocks") if k in more}
    return Network(
        "super-image",
        name,
        lambda: getattr(import_module("super_image"), name)(
            getattr(import_module("super_image"), config)(scale=2, **more)
        ),
        between_zero_and_one(2, 3, 24, 24),
        gates,
        **own,
    )


SPANDREL = (
    _spandrel("RCAN", 4, n_resgroups=2, n_resblocks=2, n_feats=32),
    _spandrel(
        "HAT",
        4,
        says=("mean, sigmoid, 0.01·s",),
        depths=(2, 2),
        num_heads=(2, 2),
        embed_dim=32,
        squeeze_factor=8,
        window_size=8,
    ),
    _spandrel("OmniSR", 1, others="1 per place", num_feat=32),
    _spandrel("NAFNet", 5, says=(NONE,), enc_blk_nums=[1, 1], dec_blk_nums=[1, 1]),
    _spandrel(
        "DAT", 0, others="2 another map, 2 per place", embed_dim=48, depth=[1, 1], num_heads=[2, 2]
    ),
    _spandrel("DRCT", 0, embed_dim=32, depths=(6,), num_heads=(2,), window_size=8, gc=8),
    _spandrel(
        "GRL",
        4,
        embed_dim=32,
        depths=[2, 2],
        num_heads_window=[2, 2],
        num_heads_stripe=[2, 2],
        local_connection=True,
    ),
    _spandrel("SAFMN", 0, dim=16, n_blocks=2),
    _spandrel("MixDehazeNet", 6, others="6 another map, 2 branches, 6 per place", side=64),
    _spandrel("FBCNN", 0, others="1 another map", nb=1),
    _spandrel("PLKSR", 0, kind="RealPLKSR", others="2 per place", dim=32, n_blocks=2),
    _spandrel(
        "FDAT",
        0,
        others="3 another map, 3 mixed channels, 3 per place",
        embed_dim=32,
        num_groups=1,
        depth_per_group=3,
        mid_dim=16,
    ),
    _spandrel("RealCUGAN", 4, kind="UpCunet2x", side=40),
    _spandrel("CRAFT", 0, others="2 mixed channels", embed_dim=24, depths=[1, 1], num_heads=[2, 2]),
)
OTHERS = (
    Network(
        "torchsr",
        "RCAN",
        named("torchsr.models.rcan", "RCAN", 2, 2, 32, 8, 2),
        between_zero_and_one(2, 3, 24, 24),
        4,
    ),
    _super_image("RcanModel", "RcanConfig", 4, n_resgroups=2, n_resblocks=2, n_feats=32),
    _super_image(
        "HanModel",
        "HanConfig",
        10,
        others="1 mixed channels, 1 per place",
        n_resblocks=1,
        n_feats=32,
    ),
    _super_image("A2nModel", "A2nConfig", 0, others="16 another map, 17 per place"),
    _super_image("DrlnModel", "DrlnConfig", 20),
    _super_image("PanModel", "PanConfig", 0, others="17 per place"),
    Network(
        "facexlib",
        "ArcFace, ir_se50",
        named("facexlib.recognition.arcface_arch", "Backbone", 50, drop_ratio=0.0, mode="ir_se"),
        between_zero_and_one(1, 3, 112, 112),
        24,
    ),
    Network(
        "facexlib",
        "BiSeNet",
        named("facexlib.parsing.bisenet", "BiSeNet", 19),
        between_zero_and_one(1, 3, 128, 128),
        3,
    ),
    Network(
        "facexlib",
        "MODNet",
        named("facexlib.matting.modnet", "MODNet", backbone_pretrained=False),
        lambda: {"img": between_zero_and_one(1, 3, 64, 64)(), "inference": True},
        1,
    ),
    Network(
        "nafnetlib",
        "NAFNet",
        named("nafnetlib.models.nafnet", "NAFNet", width=16, enc_blk_nums=[1], dec_blk_nums=[1]),
        between_zero_and_one(2, 3, 32, 32),
        3,
        says=(NONE,),
    ),
)
NETWORKS = (*SPANDREL, *OTHERS)
