"""Counts and names what is used of a weight file, and what is left out."""

from dataclasses import dataclass

from senet_viz.core.translation import ENGLISH, speaking, tr
from senet_viz.models.wording import first_of

MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Contents:
    """Of a weight file: ``used`` tensors are in the network.

    outside: names of tensors that are no part of the network. beside: what else the checkpoint
    holds, by the names of its entries.
    """

    used: int
    outside: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """In one sentence; that nothing was left out is said too."""
        strangers, others = (first_of(names, MOST_NAMED) for names in (self.outside, self.beside))
        if not (self.outside or self.beside):
            return tr(
                "Weight file: all its {used} tensors in use, nothing left out.", used=self.used
            )
        if not self.beside:
            return tr(
                "Weight file: {used} tensors in use; left out as no part of the network: "
                "{outside} ({strangers}).",
                used=self.used,
                outside=len(self.outside),
                strangers=strangers,
            )
        if not self.outside:
            return tr(
                "Weight file: {used} tensors in use; left out beside them: {beside} ({others}).",
                used=self.used,
                beside=len(self.beside),
                others=others,
            )
        return tr(
            "Weight file: {used} tensors in use; left out as no part of the network: "
            "{outside} ({strangers}); left out beside the weights: {beside} ({others}).",
            used=self.used,
            outside=len(self.outside),
            strangers=strangers,
            beside=len(self.beside),
            others=others,
        )


@speaking(ENGLISH)
def average_note(key: str, passed: str) -> str:
    """That a running average was chosen (under ``key``), and what was not (under ``passed``)."""
    if not passed:
        return tr("The file's running average of the weights (EMA, under {key}) is used.", key=key)
    return tr(
        "The file's running average of the weights (EMA, under {key}) is used, not "
        "the last step under {passed}.",
        key=key,
        passed=passed,
    )


@speaking(ENGLISH)
def head_note(taken: str, classifier: str) -> str:
    """That another classifier of the file stands in the place of the architecture's."""
    return tr(
        "The file's layer {taken} is used as the classifier, which this architecture calls "
        "{classifier}.",
        taken=taken,
        classifier=classifier,
    )
