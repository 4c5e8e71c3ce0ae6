"""Train one version of the family: resumable after every epoch, deterministic given a seed."""

import csv
import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from timm.optim import Muon
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils import deterministic

from senet_viz.analysis.training_runs import COLUMNS, EpochLog
from senet_viz.core.progress_line import ProgressLine
from senet_viz.core.records import Version
from senet_viz.models.residual import NarrowResNet18, build, slot_names
from senet_viz.training.augmentation import augment, normalise
from senet_viz.training.data import Split
from senet_viz.training.recipe import Recipe

RECOUNTED = 1024  # training pictures on which BatchNorm is counted before each validation


@dataclass
class Run:
    """Where a training run stands: everything a resumed run needs to go on as if uninterrupted."""

    version: Version
    seed: int
    recipe: Recipe
    model: NarrowResNet18
    average: AveragedModel
    optimizer: Muon
    log: list[EpochLog]
    trained_on: int = 0

    @property
    def device(self) -> torch.device:
        return self.model.fc.weight.device


def start(version: Version, *, seed: int, recipe: Recipe, device: torch.device) -> Run:
    """A fresh run. Sets PyTorch's deterministic algorithms for the whole process."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    # Filling fresh memory with NaN is a debugging aid, and slow.
    setattr(deterministic, "fill_uninitialized_memory", False)  # noqa: B010 (untyped module)
    model = build(version, seed=seed).to(device).to(memory_format=torch.channels_last)
    averaged = get_ema_multi_avg_fn(recipe.average)  # type: ignore[no-untyped-call]
    average = AveragedModel(model, multi_avg_fn=averaged)
    optimizer = Muon(
        _groups(model, recipe),
        lr=recipe.learning_rate,
        momentum=recipe.momentum,
        nesterov=True,
        adjust_lr_fn="original",
        fallback_lr_scale=recipe.other_rate,
    )
    return Run(version, seed, recipe, model, average, optimizer, [])


def _groups(model: NarrowResNet18, recipe: Recipe) -> list[dict[str, object]]:
    """Convolutions (Muon), the classifier (AdamW, decays too), and what does not decay (AdamW)."""
    places = tuple(f"{name}." for name in slot_names(model))
    muon: list[nn.Parameter] = []
    free: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():
        if name == "fc.weight":
            continue
        (muon if parameter.ndim == 4 and not name.startswith(places) else free).append(parameter)
    decay = recipe.weight_decay
    return [
        {"params": muon, "weight_decay": decay},
        {"params": [model.fc.weight], "weight_decay": decay, "use_fallback": True},
        {"params": free, "weight_decay": 0.0, "use_fallback": True},
    ]


def train(run: Run, train_set: Split, val_set: Split, *, folder: Path) -> Run:
    """Train to the recipe's last epoch, going on from ``folder/checkpoint.pt`` if there is one.

    After each epoch ``folder`` holds ``checkpoint.pt`` and ``log.csv``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _resume(run, folder / "checkpoint.pt")
    run.trained_on = len(train_set.labels)
    train_set, val_set = train_set.to(run.device), val_set.to(run.device)
    line = ProgressLine(
        "epochs",
        total=run.recipe.epochs,
        done=len(run.log),
        title=f"{run.version} seed {run.seed}",
        logged=True,
    )
    shown = torch.randperm(run.trained_on, generator=torch.Generator().manual_seed(0))[:RECOUNTED]
    for epoch in range(len(run.log), run.recipe.epochs):
        begun = time.perf_counter()
        train_loss = _train_epoch(run, train_set, epoch)
        last = epoch == run.recipe.epochs - 1
        recount(run.average, train_set.pictures if last else train_set.pictures[shown])
        val_loss, val_accuracy = evaluate(run.average, val_set)
        run.log.append(
            EpochLog(
                epoch=epoch + 1,
                seconds=round(time.perf_counter() - begun, 2),
                side=run.recipe.side(epoch),
                learning_rate=round(run.optimizer.param_groups[0]["lr"], 6),
                train_loss=round(train_loss, 4),
                val_loss=round(val_loss, 4),
                val_accuracy=round(val_accuracy, 5),
            )
        )
        _save(run, folder)
        line.step(f"loss {train_loss:.3f}, validation {val_accuracy:.1%}")
    return run


def evaluate(model: nn.Module, split: Split) -> tuple[float, float]:
    """Mean cross-entropy in nats and top-1 accuracy in [0, 1], float32, eval mode."""
    logits = predict(model, split.pictures)
    loss = F.cross_entropy(logits, split.labels).item()
    return loss, (logits.argmax(1) == split.labels).float().mean().item()


def predict(model: nn.Module, pictures: Tensor, *, batch: int = 256) -> Tensor:
    """Logits (n, k) in float32 for uint8 pictures (n, 3, h, w); leaves the model in eval mode."""
    model.eval()
    with torch.no_grad():
        return torch.cat([model(normalise(part)).float() for part in torch.split(pictures, batch)])


def recount(model: nn.Module, pictures: Tensor, *, batch: int = 128) -> None:
    """Count BatchNorm's means and variances again over uint8 pictures (n, 3, h, w), in float32.

    They become plain averages over batches of equal weight; no other tensor changes. The batches
    are drawn: pictures in the order of their classes would make batches of one class each, which
    vary less than the pictures do.
    """
    drawn = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(0))
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None
    model.train()
    with torch.no_grad():
        for part in torch.split(drawn, batch):
            model(normalise(pictures[part]))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum


def _train_epoch(run: Run, split: Split, epoch: int) -> float:
    """One pass in an order and with augmentations that depend on seed and epoch alone."""
    generator = torch.Generator().manual_seed(run.seed * 100_003 + epoch)
    order = torch.randperm(len(split.labels), generator=generator)
    batches = [b.to(run.device) for b in torch.split(order, run.recipe.batch) if len(b) > 1]
    run.model.train()
    total = torch.zeros((), device=run.device)
    for step, chosen in enumerate(batches):
        for group in run.optimizer.param_groups:
            group["lr"] = run.recipe.rate(epoch + step / len(batches))
        x = augment(split.pictures[chosen], epoch=epoch, recipe=run.recipe, generator=generator)
        loss = _loss(run, x, split.labels[chosen])
        run.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        run.optimizer.step()
        run.average.update_parameters(run.model)
        total += loss.detach()
    return total.item() / len(batches)


def _loss(run: Run, x: Tensor, labels: Tensor) -> Tensor:
    x = x.contiguous(memory_format=torch.channels_last)
    half = run.recipe.precision == "bfloat16"
    with torch.autocast(run.device.type, dtype=torch.bfloat16, enabled=half):
        logits = run.model(x)
    return F.cross_entropy(logits.float(), labels, label_smoothing=run.recipe.label_smoothing)


def _save(run: Run, folder: Path) -> None:
    """Write to a side file first, so that an interruption leaves the last good checkpoint."""
    state = {
        "model": run.average.module.state_dict(),
        "trained": run.model.state_dict(),
        "averaged": run.average.n_averaged,
        "optimizer": run.optimizer.state_dict(),
        "log": [asdict(line) for line in run.log],
        "recipe": run.recipe.sentence(),
        "version": run.version,
        "seed": run.seed,
        "trained_on": run.trained_on,
        "trained_with": _machine(run.device),
    }
    torch.save(state, folder / "checkpoint.part")
    (folder / "checkpoint.part").replace(folder / "checkpoint.pt")
    with (folder / "log.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(line) for line in run.log)


def _machine(device: torch.device) -> str:
    """What a run's last bits depend on beside its seed, in words."""
    if device.type == "cuda":
        place = torch.cuda.get_device_name(device)
    else:
        place = f"{platform.machine()} {device.type.upper()}, {torch.get_num_threads()} thread(s)"
    return f"PyTorch {torch.__version__} on {place}"


def _resume(run: Run, checkpoint: Path) -> None:
    if not checkpoint.exists():
        return
    state = torch.load(checkpoint, map_location=run.device, weights_only=True)
    given = {"version": run.version, "seed": run.seed, "recipe": run.recipe.sentence()}
    settings = {key: state[key] for key in given}
    if settings != given:
        raise ValueError(f"{checkpoint} is of another run: it holds {settings}, not {given}")
    run.model.load_state_dict(state["trained"])
    run.average.module.load_state_dict(state["model"])
    run.average.n_averaged.copy_(state["averaged"])
    run.optimizer.load_state_dict(state["optimizer"])
    run.log.extend(EpochLog(**line) for line in state["log"])
