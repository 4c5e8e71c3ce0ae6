"""What a benchmark ran on, by its features."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import torch

FLAGS = {"avx2": "AVX2", "avx512f": "AVX-512", "avx512_bf16": "AVX-512 bf16", "amx_bf16": "AMX"}


def machine() -> str:
    """Processor features, cores, threads and versions, in one sentence."""
    info = Path("/proc/cpuinfo")
    flags = set(info.read_text().split()) if info.exists() else set()
    features = [word for flag, word in FLAGS.items() if flag in flags]
    with_them = f" with {', '.join(features)}" if features else ""
    return (
        f"{platform.machine()} CPU{with_them}, {os.cpu_count()} cores, "
        f"{torch.get_num_threads()} PyTorch threads; Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("torch", "torchvision", "timm"))
    )
