"""What a verification hands back."""

from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["verified", "declared", "none", "missed"]


@dataclass(frozen=True, slots=True)
class Verified:
    """How one architecture was read, with random weights and one picture of noise.

    ``architecture`` is what ``load_model`` takes. ``blocks`` and ``declared`` count SE blocks and
    attention that is no per-channel gate by kind; ``verified`` of the blocks were proved.
    ``relative_error`` is the largest over all blocks (0 without any), ``factors`` say what
    multiplies the features ("s", "2·s"), ``side`` is the picture's in pixels (0 where none was
    needed). ``problem`` is empty, or says what is wrong.
    """

    architecture: str
    library: str = ""
    blocks: dict[str, int] = field(default_factory=dict)
    verified: int = 0
    declared: dict[str, int] = field(default_factory=dict)
    relative_error: float = 0.0
    factors: tuple[str, ...] = ()
    side: int = 0
    seconds: float = 0.0
    problem: str = ""

    @property
    def missed(self) -> bool:
        """Something was not read, was read wrongly, or could not be looked at."""
        return bool(self.problem)

    @property
    def verdict(self) -> Verdict:
        """``none`` where the architecture holds nothing of the kind.

        >>> Verified("seresnet18", blocks={"timm SEModule": 8}, verified=8).verdict
        'verified'
        """
        if self.missed:
            return "missed"
        if self.blocks:
            return "verified"
        return "declared" if self.declared else "none"
