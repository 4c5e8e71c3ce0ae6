"""What speaks for a class at one block: Grad-CAM by Captum, and relevance through the gates."""

import torch
from torch import Tensor, nn

from senet_viz.analysis.class_maps import ClassMap, GateRelevance
from senet_viz.blocks.network_runs import placed, unwrapped
from senet_viz.core.arrays import readonly
from senet_viz.core.errors import BlockError
from senet_viz.core.extras import import_extra
from senet_viz.core.translation import tr
from senet_viz.experiments.ablation import require_class, require_one_picture, slope
from senet_viz.hooks import capture
from senet_viz.hooks.network_output import scores_in
from senet_viz.hooks.rehearsal import rehearse
from senet_viz.hooks.shared_weight_copy import shell_of


def class_map(model: nn.Module, image: Tensor, block: str, class_index: int) -> ClassMap:
    """Where at this block does the network see the class? Grad-CAM (Selvaraju et al. 2017).

    image: (1, 3, h, w), preprocessed. By Captum (the extra ``attribution``), on a private copy of
    the network that shares its weights, at the output of the block's module.

    Raises a BlockError where that output is none of the block's feature maps, which is so where a
    gate is written inside a larger module, and as ``gate_relevance``.

    >>> from senet_viz.models.residual import build
    >>> class_map(build("se", seed=0), torch.rand(1, 3, 64, 64), "layer4.1.se", 3).map.shape
    (2, 2)
    """
    attribution = import_extra("captum.attr")
    require_one_picture(image)
    inner, _ = unwrapped(model)
    captured = capture(inner, image, features="none")
    activation = captured[block]
    if captured.logits is not None:
        require_class(class_index, captured.logits.shape[1])
    shell = shell_of(inner)

    def scores(images: Tensor) -> Tensor:
        logits, _ = scores_in(shell(images))
        assert logits is not None
        return logits

    layer = dict(shell.named_modules()).get(block)
    values = None
    if layer is not None and captured.logits is not None:
        given = placed(inner, image).detach().clone().requires_grad_()
        with torch.enable_grad():
            values = attribution.LayerGradCam(scores, layer).attribute(
                given, class_index, relu_attributions=True
            )
    if not isinstance(values, Tensor) or values.shape[2:] != activation.places:
        raise BlockError(
            tr(
                "there is no class map at {block}: what its module hands on is none of its feature "
                "maps, or the network gives no score a class",
                block=block or activation.block.kind,
            )
        )
    heat = readonly(values[0, 0].detach().double().cpu().numpy())
    return ClassMap(activation.block, class_index, heat)


def gate_relevance(model: nn.Module, image: Tensor, block: str, class_index: int) -> GateRelevance:
    """What each channel adds to a class's score through its gate, to first order.

    image: (1, 3, h, w), preprocessed. One forward pass, and one backward from the block on.

    Raises BlockError for an unknown block or class, CaptureError for more than one picture or a
    network that is no classifier.

    >>> from senet_viz.models.residual import build
    >>> found = gate_relevance(build("se", seed=0), torch.rand(1, 3, 64, 64), "layer4.1.se", 3)
    >>> found.relevance.shape
    (192,)
    """
    require_one_picture(image)
    rehearsal = rehearse(model, image)
    require_class(class_index, rehearsal.logits.shape[1])
    replay = rehearsal.at(block)
    relevance = (replay.gates[0] * slope(replay, class_index)).detach().double().cpu().numpy()
    score = float(rehearsal.logits[0, class_index])
    return GateRelevance(replay.block, class_index, score, readonly(relevance))
