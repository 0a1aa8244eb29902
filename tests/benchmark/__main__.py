"""Everything that is measured, by one command, one table after the other.

    python tests/benchmark [part ...]

Each part is a process of its own; when one fails, the others go on, and the command ends with 1.

All parts together take about an hour and a half on two cores. Times are of the machine that runs it; only ratios
within one run are held against budgets.
"""

import argparse
import subprocess
import sys
from pathlib import Path

# {part: what it measures}; each is a module beside this file that can be run alone, with options of its own
PARTS = {
    "sliders": "from the key press to the picture: ours, interact, the floor; at the defaults and at the largest sizes",
    "inside": "what a move is spent on in the kernel: torch, and all else",
    "dragging": "from the end of a fast drag to the newest picture, against a single move",
    "growth": "the same for ours, as hidden_size, num_layers and seq_len grow",
    "playing": "pictures a second while a play button runs or a key is held down",
    "starting": "imports and memory against torch, pyplot and ipywidgets alone",
    "clinic": "the notes of the clinic on 6,000 random wrong calls, carried out",
    "running": "all lessons under nbval against bare notebooks",
    "kernels": "1, 5 and 10 kernels at once",
    "enduring": "10,000 random moves on every explorer",
    "classroom": "1, 5, 10 and 20 learners at once on JupyterHub",
}


def main():
    listed = "\n".join(f"  {part:11s}{words}" for part, words in PARTS.items())
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog=listed, formatter_class=raw)
    parser.add_argument("parts", nargs="*", metavar="part", help="only these; all by default")
    parts = parser.parse_args().parts
    if unknown := [part for part in parts if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    failed = []
    for part in parts or PARTS:
        print(f"\n== {part}: {PARTS[part]}", flush=True)
        if subprocess.run([sys.executable, Path(__file__).with_name(f"{part}.py")]).returncode:
            failed.append(part)
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
