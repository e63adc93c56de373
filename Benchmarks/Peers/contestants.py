"""Who takes part, and how each of them is started."""

import pathlib
import sys
from dataclasses import dataclass

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
COPPICE = ROOT / ".build" / "release" / "coppice"
WIDE_MKL = ROOT / ".deps" / "peers" / "wide_mkl.so"

# they slow down a current numpy where a system sets them for the sake of old ones
UNSET = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "LD_PRELOAD", "XLA_FLAGS"]

# for one thread; the first two make it 5 % faster there, and with two threads the defaults are best
XLA_FLAGS = [
    "--xla_cpu_prefer_vector_width=512",
    "--xla_cpu_enable_concurrency_optimized_scheduler=false",
    "--xla_cpu_multi_thread_eigen=false",
    "intra_op_parallelism_threads=1",
]


@dataclass(frozen=True)
class Entry:
    """A program that trains when it is asked to."""

    name: str
    sparsity: str
    command: list[str]
    environment: dict[str, str]


def entries(threads: int, replay_rows: int) -> list[Entry]:
    """All contestants, ours first."""
    pools = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"]
    threading = {name: str(threads) for name in pools}
    wide = {**threading, "LD_PRELOAD": str(WIDE_MKL)} if WIDE_MKL.exists() else threading
    jax = {**threading, "XLA_FLAGS": " ".join(XLA_FLAGS if threads == 1 else [])}
    flags = ["--threads", str(threads), "--replay-rows", str(replay_rows)]

    def ours(sparsity: str) -> Entry:
        command = [str(COPPICE), "benchmark", "train", "--on-request", "--env", "HalfCheetah-v5"]
        return Entry("Coppice", sparsity, [*command, "--sparsity", sparsity, *flags], {})

    def theirs(
        name: str, script: str, environment: dict[str, str], sparsity: str = "dense", *further: str
    ) -> Entry:
        command = [sys.executable, str(FOLDER / script), *flags, *further]
        return Entry(name, sparsity, command, environment)

    def sparse(name: str, script: str, sparsity: str) -> Entry:
        return theirs(name, script, wide, sparsity, "--sparsity", sparsity)

    return [
        *map(ours, ["dense", "2:4", "2:4x4", "1:8", "95%", "99%"]),
        theirs("Stable-Baselines3", "stable_baselines3_td3.py", wide),
        theirs("Stable-Baselines3, MKL as it comes", "stable_baselines3_td3.py", threading),
        theirs("SBX", "sbx_td3.py", jax),
        theirs("JAX, one jit", "jax_td3.py", jax),
        *(sparse("PyTorch, masks", "masked_pytorch_td3.py", s) for s in ["dense", "2:4", "95%"]),
        *(sparse("SparseProp", "sparseprop_td3.py", s) for s in ["95%", "99%"]),
    ]
