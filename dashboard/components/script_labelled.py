"""The lines of a script that read labelled pictures of a folder, a batch at a time."""

from dataclasses import dataclass

from dashboard.components import script_opening

BATCHES = """
# Accuracy over labelled pictures with other gates
labelled = sv.experiments.find_labelled(folder, net.labels).head({pictures})

def batches():
    for file, number in zip(labelled.files, labelled.classes):
        try:
            yield net.preprocess(sv.decode(file.read_bytes())), np.array([number])
        except sv.ImageError as error:
            print(f"not used: {{file.name}}: {{error}}")

"""


@dataclass(frozen=True, slots=True)
class Folder:
    """At most ``pictures`` pictures of a folder of this machine, named as the person did."""

    named: str
    pictures: int


def batches(folder: Folder) -> str:
    """``batches()``, which gives pictures and their classes."""
    return script_opening.folder(folder.named) + BATCHES.format(pictures=folder.pictures)
