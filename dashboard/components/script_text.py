"""A script from its lines: the imports and the function it needs are put before them."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Sequence

WHOLE = {"np": "import numpy as np", "sv": "import senet_viz as sv", "torch": "import torch"}
FROM = {
    "sha256": "hashlib",
    "Path": "pathlib",
    "block_effects": "senet_viz.experiments.ablation",
    "accuracy_effects": "senet_viz.experiments.ablation",
    "channel_effects": "senet_viz.experiments.ablation",
    "mean_gates": "senet_viz.experiments.ablation",
    "capture_places": "senet_viz.experiments.pointwise_baselines",
    "effective_gain": "senet_viz.analysis.gains",
    "mean_of_classes": "senet_viz.analysis.class_profiles",
    "sampled_channels": "senet_viz.analysis.class_profiles",
    "cosines": "senet_viz.analysis.picture_distances",
    "counterpart": "senet_viz.analysis.picture_distances",
    "usual_distance": "senet_viz.analysis.picture_distances",
    "noise_picture": "senet_viz.experiments.null_controls",
    "random_network": "senet_viz.experiments.null_controls",
    "count_costs": "senet_viz.costs",
    "count_network": "senet_viz.costs",
    "fold_constant_gates": "senet_viz.costs",
    "measure_latency": "senet_viz.costs",
    "measure_profile": "senet_viz.costs",
    "paper_table": "senet_viz.costs",
    "price_of_removal": "senet_viz.costs",
    "GateEdit": "senet_viz.analysis.gate_edits",
    "edited_gates": "senet_viz.analysis.gate_edits",
    "gates_by_block": "senet_viz.analysis.gate_edits",
    "softmax": "senet_viz.analysis.numerics",
    "PICTURES": "senet_viz.pictures.labelled_folders",
    "find_labelled": "senet_viz.pictures.labelled_folders",
    "ASSETS": "senet_viz.core.asset_folder",
    "load_checkpoint": "senet_viz.models.own_network",
    "load_factory": "senet_viz.models.own_network",
    "slot_names": "senet_viz.models.residual",
    "Perturbation": "senet_viz.pictures.perturbations",
    "perturb": "senet_viz.pictures.perturbations",
    "find_redundancy": "senet_viz.analysis.redundancy",
    "still_channels": "senet_viz.analysis.redundancy",
    "read_log": "senet_viz.analysis.training_runs",
    "read_runs": "senet_viz.analysis.training_runs",
    "TrainedRun": "senet_viz.analysis.training_runs",
    "gate_selectivity": "senet_viz.analysis.selectivity",
    "relative_movement": "senet_viz.analysis.stability",
    "split_survey": "senet_viz.analysis.survey_variance",
    "watch_training": "senet_viz.training.live",
    "digits": "senet_viz.training.small_sets",
    "pictures_in": "senet_viz.training.small_sets",
    "pictures_in_zip": "senet_viz.training.small_sets",
    "gate_spread": "senet_viz.experiments.perturbation_sweep",
    "trajectories": "senet_viz.experiments.perturbation_sweep",
    "at_pixels": "senet_viz.experiments.pooling_removal",
    "accuracy_without_pooling": "senet_viz.experiments.pooling_removal",
    "without_pooling": "senet_viz.experiments.pooling_removal",
}
READ = '''
def read(name, expected):
    """The bytes of a file of yours. Run this where it lies, or write its path in place of name."""
    data = Path(name).read_bytes()
    assert sha256(data).hexdigest() == expected, f"{name} is not the file that was looked at"
    return data
'''


def complete(parts: Iterable[str]) -> str:
    """The whole script; ``parts`` are its paragraphs, which use the names above as they are.

    >>> print(complete(["print(np.pi)"]))
    import numpy as np
    <BLANKLINE>
    print(np.pi)
    <BLANKLINE>
    """
    body = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    head = f"{READ.strip()}\n\n\n" if "read" in _names(body) else ""
    return f"{_imports(_names(head + body))}\n\n{head and chr(10)}{head}{body}\n"


def literal(value: object) -> str:
    """A Python literal that cannot be left from inside; text in double quotes where possible.

    >>> print(literal('cat.jpg'), literal('"); print("'))
    "cat.jpg" '"); print("'
    """
    if isinstance(value, str) and value.isprintable() and not {'"', "\\"} & set(value):
        return f'"{value}"'
    return literals(value) if isinstance(value, list) else repr(value)


def literals(values: Sequence[object]) -> str:
    """A list of them."""
    return f"[{', '.join(map(literal, values))}]"


def settings(**values: object) -> str:
    """What was chosen on the page, a line each: ``name = value``."""
    return "\n".join(f"{name} = {literal(value)}" for name, value in values.items())


def _names(code: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)}


def _imports(names: set[str]) -> str:
    """In three groups: Python's own, others', and this library's."""
    own: defaultdict[str, list[str]] = defaultdict(list)
    for name in sorted(names & set(FROM)):
        own[FROM[name]].append(name)
    froms = [f"from {module} import {', '.join(taken)}" for module, taken in sorted(own.items())]
    mine = [WHOLE["sv"]] if "sv" in names else []
    groups = (
        [line for line in froms if " senet_viz" not in line],
        [WHOLE[name] for name in ("np", "torch") if name in names],
        [*mine, *(line for line in froms if " senet_viz" in line)],
    )
    return "\n\n".join("\n".join(group) for group in groups if group)
