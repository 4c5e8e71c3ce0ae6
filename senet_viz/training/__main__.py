"""``python -m senet_viz.training train|publish|evaluate|compare``"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch

from senet_viz.analysis.training_runs import write_runs
from senet_viz.core.argument_types import positive_int
from senet_viz.core.asset_folder import ASSETS
from senet_viz.core.process_memory import keep_freed_memory
from senet_viz.models.embedded import VERSION_OF
from senet_viz.models.residual import VERSIONS
from senet_viz.training.compare import NAME, Plan, collect, store, summary, train_all
from senet_viz.training.data import load_split
from senet_viz.training.loop import start, train
from senet_viz.training.publishing import measure, publish
from senet_viz.training.recipe import SHORT, Recipe


def main() -> None:
    """Parse the command line and run one sub-command."""
    parser = argparse.ArgumentParser(prog="python -m senet_viz.training")
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("train", help="train one version; resumes where it stopped")
    one.add_argument("--version", choices=VERSIONS, default="se")
    one.add_argument("--data", type=Path, required=True, help="folder of train.tar and val.tar")
    one.add_argument("--out", type=Path, required=True, help="folder for checkpoint and log")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--short", action="store_true", help="the short form of the recipe")
    one.add_argument("--epochs", type=positive_int, help="instead of the recipe's own number")
    one.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    one.add_argument(
        "--threads", type=positive_int, help="CPU threads; part of what a seed determines"
    )
    one.set_defaults(action=_train)
    two = commands.add_parser("publish", help="store a finished run in assets, with its card")
    two.add_argument("--run", type=Path, required=True, help="the --out folder of train")
    two.add_argument("--data", type=Path, required=True, help="folder of test.tar")
    two.set_defaults(action=_publish)
    three = commands.add_parser("evaluate", help="test accuracy of the stored weights")
    three.add_argument("--data", type=Path, required=True, help="folder of test.tar")
    three.add_argument("names", nargs="*", default=list(VERSION_OF), metavar="NAME")
    three.set_defaults(action=_evaluate)
    _add_compare(commands)
    given = parser.parse_args()
    given.action(given)


def _add_compare(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    four = commands.add_parser(
        "compare", help="train versions and seeds side by side (resumes), and collect the runs"
    )
    four.add_argument("--data", type=Path, required=True, help="train.tar, val.tar and test.tar")
    four.add_argument("--out", type=Path, required=True, help="folder of runs and results")
    four.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    four.add_argument("--versions", choices=VERSIONS, nargs="+", default=list(VERSIONS))
    four.add_argument("--short", action="store_true", help="the short form of the recipe")
    four.add_argument("--epochs", type=positive_int, help="instead of the recipe's own number")
    four.add_argument("--threads", type=positive_int, default=1, help="CPU threads of each run")
    four.add_argument("--jobs", type=positive_int, default=1, help="runs at a time")
    four.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    four.add_argument(
        "--runs",
        type=Path,
        help="collect the finished runs VERSION-SEED of this folder; no training",
    )
    four.add_argument("--publish", action="store_true", help="store the result in assets too")
    four.set_defaults(action=_compare)


def _train(given: argparse.Namespace) -> None:
    keep_freed_memory()
    if given.threads:
        torch.set_num_threads(given.threads)
    recipe = SHORT if given.short else Recipe()
    run = start(
        given.version,
        seed=given.seed,
        recipe=replace(recipe, epochs=given.epochs or recipe.epochs),
        device=torch.device(given.device),
    )
    train_set, val_set = load_split(given.data, "train"), load_split(given.data, "val")
    train(run, train_set, val_set, folder=given.out)


def _publish(given: argparse.Namespace) -> None:
    card = publish(given.run, load_split(given.data, "test"))
    print(f"{card.name}: top-1 {card.accuracy:.2%} on {card.accuracy_on}")


def _evaluate(given: argparse.Namespace) -> None:
    test_set = load_split(given.data, "test")
    for name in given.names:
        accuracy = measure(name, test_set).float().mean().item()
        print(f"{name}: top-1 {accuracy:.2%} of {len(test_set.labels)} pictures")


def _compare(given: argparse.Namespace) -> None:
    if given.runs is None:
        plan = Plan(
            data=given.data,
            out=given.out,
            versions=tuple(given.versions),
            seeds=tuple(given.seeds),
            short=given.short,
            epochs=given.epochs,
            threads=given.threads,
            jobs=given.jobs,
            device=given.device,
        )
        train_all(plan)
    runs = collect(given.runs or given.out, load_split(given.data, "test"))
    store(runs, given.out)
    if given.publish:
        write_runs(ASSETS / f"{NAME}.json", runs)
    print(summary(runs))


if __name__ == "__main__":
    main()
