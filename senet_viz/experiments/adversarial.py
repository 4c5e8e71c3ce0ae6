"""Adversarial pictures: the change of a few grey levels that speaks most against the answer."""

import torch
from torch import Tensor

from senet_viz.analysis.channel_use import Attack
from senet_viz.blocks.network_runs import placed, unwrapped
from senet_viz.core.errors import CaptureError
from senet_viz.core.translation import tr
from senet_viz.hooks.network_output import scores_in
from senet_viz.hooks.shared_weight_copy import shell_of
from senet_viz.models.network import Network

STEPS = 10
LEVELS = 255


def attack(
    network: Network,
    images: Tensor,
    *,
    kind: Attack = "pgd",
    epsilon: float = 4,
    steps: int = STEPS,
) -> Tensor:
    """Pictures changed by at most ``epsilon`` grey levels (of 255), against the network's answers.

    images: (n, c, h, w), preprocessed by ``network``; so is what is returned. Each is pushed away
    from the class that the network itself finds likeliest. kind: "fgsm", one step along the sign
    of the gradient (Goodfellow et al. 2015); "pgd", ``steps`` of them of 2.5 epsilon / steps, back
    into the range after each (Madry et al. 2018), from the picture itself. On a private copy of the
    network that shares its weights.

    Raises a CaptureError for a network that gives no score a class, an epsilon below 0, and
    PGD of less than one step.

    >>> from senet_viz.models.catalogue import load_model
    >>> net = load_model("se_resnet18_imagenette")
    >>> attack(net, torch.zeros(1, 3, 128, 128), kind="fgsm").shape
    torch.Size([1, 3, 128, 128])
    """
    if epsilon < 0:
        raise CaptureError(tr("a change of {epsilon} grey levels: give 0 or more", epsilon=epsilon))
    if kind == "pgd" and steps < 1:
        raise CaptureError(tr("an attack of {steps} steps: give 1 or more", steps=steps))
    inner, _ = unwrapped(network.model)
    shell = shell_of(inner)
    given = placed(inner, images).detach()
    mean, std = (
        torch.tensor(each, dtype=given.dtype, device=given.device)[: given.shape[1], None, None]
        for each in (network.preprocess.mean, network.preprocess.std)
    )

    def scores(pixels: Tensor) -> Tensor:
        scores, _ = scores_in(shell((pixels - mean) / std))
        if scores is None or scores.shape[1] < 2:
            raise CaptureError(tr("this network gives no score a class, so nothing is attacked"))
        return scores

    pixels = (given * std + mean).clamp(0, 1)
    with torch.no_grad():
        own = scores(pixels).argmax(1)
    reach = epsilon / LEVELS
    step, times = (reach, 1) if kind == "fgsm" else (2.5 * reach / steps, steps)
    changed = pixels
    for _ in range(times):
        asked = changed.detach().requires_grad_()
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(_against(scores(asked), own).sum(), asked)
        changed = changed + step * slope.sign()
        changed = (pixels + (changed - pixels).clamp(-reach, reach)).clamp(0, 1)
    moved: Tensor = (changed - mean) / std
    return moved.to(images)


def _against(scores: Tensor, own: Tensor) -> Tensor:
    """All other classes' scores together less the own one's.

    The cross-entropy grows with it alone, so the sign of the gradient is the same, but it does not
    vanish where the network is sure.
    """
    others = scores.scatter(1, own[:, None], float("-inf"))
    return others.logsumexp(1) - scores.gather(1, own[:, None])[:, 0]
