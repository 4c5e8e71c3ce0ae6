"""Does senet_viz read an architecture correctly? Built untrained, captured once, counted twice."""

from senet_viz.verification.ledger import read_ledger, verify_each
from senet_viz.verification.records import Verified
from senet_viz.verification.verifier import architectures, verify

__all__ = ["Verified", "architectures", "read_ledger", "verify", "verify_each"]
