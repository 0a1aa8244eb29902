"""What starting costs: `import helpers` against torch, pyplot and ipywidgets, and a lesson's kernel against theirs.

    python tests/benchmark/starting.py [--rounds 5] [--kernels 3]

Time: fresh processes, each of which has loaded what a kernel loads by itself; then torch, pyplot and ipywidgets are
imported, and then what a lesson imports from helpers. The lessons take turns. The budget is 10 % of the three.

Memory: a kernel at the end of a lesson against one that has imported the three, and has made one Adam where the
lesson trains with it; they take turns. The budget is 1.1 times, of the RSS: of the PSS a kernel has less while others
run on the same machine.
"""

import argparse
import ast
import re
import statistics
import subprocess
import sys
import tempfile

from measure import ADAM, BARE, LESSONS, code_cells, environment, median_and_p95, memory, run_code, started_kernel

SHARE, GROWTH = 0.10, 1.1
SECONDS = 300  # for one process, or for all cells of a lesson
NOTHING = "import helpers"
# Any optimizer of PyTorch loads some 70 MiB of modules when it is made for the first time.
WATCH = """
from torch.optim.optimizer import register_optimizer_step_post_hook
_optimizers = set()
_ = register_optimizer_step_post_hook(lambda optimizer, *_: _optimizers.add(type(optimizer).__name__))
"""
CLOCK = """
import time
import ipykernel.kernelapp, ipykernel.zmqshell
begun = time.perf_counter()
{bare}
between = time.perf_counter()
{imports}
print(between - begun, time.perf_counter() - between)
"""


def imports_of(path):
    """The lines of a lesson that import from helpers, an extension of IPython as the module that it is."""
    sources = [
        re.sub(r"^%(re)?load_ext (\S+)", r"import \2", cell.source, flags=re.MULTILINE) for cell in code_cells(path)
    ]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    lines = [ast.unparse(node) for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(line for line in lines if re.match(r"(from|import) helpers\b", line))


def seconds(imports):
    """(the three, what comes after) in a fresh process."""
    command = [sys.executable, "-c", CLOCK.format(bare=BARE, imports=imports)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=SECONDS, check=True)
    return [float(word) for word in done.stdout.split()]


def weigh(sources):
    """((PSS, RSS) in MiB of a kernel that has run these cells, whether an Adam made a step in it)."""
    with tempfile.TemporaryDirectory() as folder, started_kernel(folder) as (pid, client):
        client.wait_for_ready(timeout=SECONDS)
        for source in [WATCH, *sources]:
            run_code(client, source, SECONDS)
        told = run_code(client, "", SECONDS, {"adam": "'Adam' in _optimizers"})["adam"]
        return memory(pid), told["data"]["text/plain"] == "True"


def weigh_both(path):
    """(PSS, RSS) of a kernel after a lesson, the same of one with the three imported, and whether both made an Adam."""
    ours, adam = weigh([cell.source for cell in code_cells(path)])
    theirs, _ = weigh([BARE, ADAM] if adam else [BARE])
    return ours, theirs, adam


def verdict(value, budget):
    return "kept" if value <= budget else "missed"


def print_imports(rounds):
    cases = {NOTHING: NOTHING} | {path.stem: imports_of(path) for path in LESSONS}
    found = {name: [] for name in cases}
    for imports in cases.values():
        seconds(imports)  # what is read from the disk for the first time is no part of the answer
    for _ in range(rounds):
        for name, imports in cases.items():
            found[name].append(seconds(imports))
    print(f"{'imports':26s}{'the three, ms':>16s}{'helpers, ms':>18s}{'share':>16s}   budget {SHARE:.0%}")
    print(f"{'':26s}" + f"{'median':>8s}{'p95':>8s}" + f"{'median':>10s}{'p95':>8s}" + f"{'median':>8s}{'p95':>8s}")
    for name, times in found.items():
        bare, ours = (median_and_p95(1000 * pair[index] for pair in times) for index in (0, 1))
        share, worst = median_and_p95(pair[1] / pair[0] for pair in times)
        print(
            f"{name:26s}{bare[0]:8.0f}{bare[1]:8.0f}{ours[0]:10.0f}{ours[1]:8.0f}{share:8.1%}{worst:8.1%}"
            f"   {verdict(share, SHARE)}",
            flush=True,
        )


def print_memory(rounds):
    print(f"{'memory of a kernel, MiB':26s}{'lesson':>16s}{'bare':>16s}{'ratio':>16s}   budget {GROWTH}")
    print(f"{'':26s}" + f"{'PSS':>8s}{'RSS':>8s}" * 3)
    for path in LESSONS:
        found = [weigh_both(path) for _ in range(rounds)]
        ours, theirs = (
            [statistics.median(sizes) for sizes in zip(*(one[side] for one in found), strict=True)] for side in (0, 1)
        )
        ratios = [size / other for size, other in zip(ours, theirs, strict=True)]
        adam = ", Adam in both" * found[0][2]
        print(
            f"{path.stem:26s}{ours[0]:8.0f}{ours[1]:8.0f}{theirs[0]:8.0f}{theirs[1]:8.0f}"
            f"{ratios[0]:8.2f}{ratios[1]:8.2f}   {verdict(ratios[1], GROWTH)}{adam}",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="fresh processes for each lesson's imports (default 5)")
    parser.add_argument("--kernels", type=int, default=3, help="kernels for each lesson's memory (default 3)")
    chosen = parser.parse_args()
    print_imports(chosen.rounds)
    if sys.platform == "linux":
        print_memory(chosen.kernels)
    else:
        print("memory: not measured, since only Linux tells it")


if __name__ == "__main__":
    main()
