"""Training is deterministic, resumes as if never stopped, and learns."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from senet_viz.training.augmentation import augment, normalise
from senet_viz.training.data import Split
from senet_viz.training.loop import Run, evaluate, recount, start, train
from senet_viz.training.recipe import Recipe

SIDES = ((0.5, 32), (1.0, 48))
RECIPE = Recipe(epochs=2, batch=16, warmup_epochs=0.5, sides=SIDES, average=0.5)
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _deterministic_mode_is_put_back():
    yield
    torch.use_deterministic_algorithms(False)


@pytest.fixture(scope="module")
def pictures() -> Split:
    """Two classes anyone can tell apart: dark and bright."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(48) % 2
    level = 60 + 120 * labels[:, None, None, None]
    noise = torch.randint(-40, 40, (48, 3, 64, 64), generator=generator)
    return Split((level + noise).to(torch.uint8), labels)


def run(folder: Path, pictures: Split, *, epochs: int = 2, seed: int = 0) -> Run:
    fresh = start("se", seed=seed, recipe=replace(RECIPE, epochs=epochs), device=CPU)
    return train(fresh, pictures, pictures.head(16), folder=folder)


def weights(run: Run) -> torch.Tensor:
    """Those trained and their average, with the average's BatchNorms."""
    own = [p.detach() for p in run.model.parameters()]
    kept = [t.float() for t in run.average.module.state_dict().values()]
    return torch.cat([t.flatten() for t in (*own, *kept)])


def test_same_seed_same_weights_other_seed_other_weights(tmp_path: Path, pictures: Split) -> None:
    first, second = run(tmp_path / "a", pictures), run(tmp_path / "b", pictures)
    other = run(tmp_path / "c", pictures, seed=1)
    assert torch.equal(weights(first), weights(second))
    assert not torch.equal(weights(first), weights(other))
    assert [line.side for line in first.log] == [32, 48]


class InterruptedTraining(Exception):  # noqa: N818
    """As if the machine went down."""


def test_an_interrupted_run_goes_on_as_if_never_stopped(
    tmp_path: Path, pictures: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(tmp_path / "whole", pictures)
    from senet_viz.training import loop

    real = loop._train_epoch

    def stop_in_the_second(run: Run, split: Split, epoch: int) -> float:
        if epoch == 1:
            raise InterruptedTraining
        return real(run, split, epoch)

    monkeypatch.setattr(loop, "_train_epoch", stop_in_the_second)
    with pytest.raises(InterruptedTraining):
        run(tmp_path / "cut", pictures)
    monkeypatch.undo()
    resumed = run(tmp_path / "cut", pictures)
    assert torch.equal(weights(whole), weights(resumed))
    assert [line.epoch for line in resumed.log] == [1, 2]
    lines = (tmp_path / "cut" / "log.csv").read_text().splitlines()
    assert lines[0].startswith("epoch,seconds,side") and len(lines) == 3


def test_what_is_stored_is_the_average_over_steps(tmp_path: Path, pictures: Split) -> None:
    """48 pictures in batches of 16 are three steps; the average begins at the first."""
    fresh = start("se", seed=0, recipe=replace(RECIPE, epochs=1), device=CPU)
    passed: list[dict[str, torch.Tensor]] = []
    average = fresh.average.update_parameters

    def watched(model: torch.nn.Module) -> None:
        passed.append({name: p.detach().clone() for name, p in model.named_parameters()})
        average(model)

    fresh.average.update_parameters = watched  # type: ignore[method-assign]
    train(fresh, pictures, pictures.head(16), folder=tmp_path)
    stored = torch.load(tmp_path / "checkpoint.pt", weights_only=True)["model"]
    keep, (first, second, third) = RECIPE.average, passed
    for name in first:
        expected = (
            keep * (keep * first[name] + (1 - keep) * second[name]) + (1 - keep) * third[name]
        )
        torch.testing.assert_close(stored[name], expected, rtol=1e-4, atol=1e-6)
    assert not torch.equal(stored["conv1.weight"], third["conv1.weight"])


def test_batchnorm_is_counted_alike_in_whatever_order_pictures_lie(pictures: Split) -> None:
    """In the order of their classes each batch would be of one class, and vary too little."""
    network = start("se", seed=0, recipe=RECIPE, device=CPU).model
    first = next(m for m in network.modules() if isinstance(m, torch.nn.BatchNorm2d))
    seen: list[torch.Tensor] = []
    handle = first.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    recount(network, pictures.pictures[pictures.labels.argsort()], batch=24)
    handle.remove()
    whole = torch.cat(seen).var(dim=(0, 2, 3))
    torch.testing.assert_close(first.running_var, whole, rtol=0.1, atol=1e-6)
    assert first.momentum == 0.1


def test_a_checkpoint_of_another_run_is_not_taken(tmp_path: Path, pictures: Split) -> None:
    run(tmp_path, pictures)
    with pytest.raises(ValueError, match="is of another run"):
        run(tmp_path, pictures, seed=5)


def test_it_learns_what_anyone_can_see(tmp_path: Path, pictures: Split) -> None:
    trained = run(tmp_path, pictures, epochs=8)
    before, _ = evaluate(start("se", seed=0, recipe=RECIPE, device=CPU).model, pictures)
    after, accuracy = evaluate(trained.average, pictures)
    assert after < before / 2
    assert accuracy == 1.0


def test_augmentation_depends_on_its_generator_alone(pictures: Split) -> None:
    def once(seed: int) -> torch.Tensor:
        generator = torch.Generator().manual_seed(seed)
        return augment(pictures.pictures, epoch=0, recipe=RECIPE, generator=generator)

    torch.rand(3)
    assert torch.equal(once(0), once(0))
    assert not torch.equal(once(0), once(1))
    assert once(0).shape == (48, 3, 32, 32)


def test_no_augmentation_is_plain_normalisation(pictures: Split) -> None:
    plain = replace(RECIPE, smallest_crop=1.0, colour_jitter=0.0, sides=((1.0, 64),))
    square = pictures.pictures
    shown = augment(square, epoch=0, recipe=plain, generator=torch.Generator().manual_seed(0))
    expected = normalise(square)
    whole = [i for i in range(48) if torch.allclose(shown[i], expected[i], atol=1e-4)]
    mirrored = [i for i in range(48) if torch.allclose(shown[i].flip(2), expected[i], atol=1e-4)]
    assert not set(whole) & set(mirrored)


@pytest.mark.parametrize("version", ["se", "nosqueeze", "conv1x1", "plain"])
def test_what_stands_in_the_blocks_place_does_not_decay(version: str) -> None:
    model_run = start(version, seed=0, recipe=RECIPE, device=CPU)
    names = {parameter: name for name, parameter in model_run.model.named_parameters()}
    muon, classifier, free = (
        {names[p] for p in group["params"]} for group in model_run.optimizer.param_groups
    )
    groups = model_run.optimizer.param_groups
    assert [g["weight_decay"] for g in groups] == [RECIPE.weight_decay, RECIPE.weight_decay, 0.0]
    assert [bool(g.get("use_fallback")) for g in groups] == [False, True, True]
    assert muon | classifier | free == set(names.values())
    assert {"conv1.weight", "layer3.1.conv2.weight"} <= muon and classifier == {"fc.weight"}
    in_place = {n for n in names.values() if n.split(".")[2:3] == [version]}
    assert len(in_place) == (0 if version == "plain" else 8 * 4)
    assert in_place <= free
    assert all(n.endswith("bias") or "bn" in n or ".shortcut.1." in n for n in free - in_place)


def test_untrained_gates_already_differ_between_pictures(pictures: Split) -> None:
    from senet_viz.hooks import capture
    from senet_viz.models.residual import build

    seen = capture(build("se", seed=0), normalise(pictures.pictures[:8]))
    assert min(a.excitation.std(0).mean() for a in seen) > 0.01
