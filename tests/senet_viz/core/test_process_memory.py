"""Freed memory is kept while that is asked for, and goes back when the last one is done."""

import subprocess
import sys

import pytest

ASIDE = """
import resource, sys
import torch
from senet_viz.core.process_memory import keeping_freed_memory

def faults(rounds=20):
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(rounds):
        torch.ones(12 * 2**20)  # 48 MiB
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - begun

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize() // 2**20

faults(2)
usual, before = faults(), resident()
with keeping_freed_memory():
    with keeping_freed_memory():
        faults(2)
    kept, inside = faults(), resident()
print(usual, kept, before, inside, resident())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="settings of glibc")
def test_freed_memory_stays_inside_and_goes_back_afterwards() -> None:
    run = subprocess.run([sys.executable, "-c", ASIDE], capture_output=True, text=True, check=True)
    usual, kept, before, inside, after = map(int, run.stdout.split())
    assert kept < usual / 10, "every round asked the kernel for its memory again"
    assert inside >= before + 40
    assert after <= before + 8
