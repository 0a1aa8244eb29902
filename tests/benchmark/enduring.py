"""10,000 random moves on every explorer, all in this one process, each compared with a fresh computation.

    python tests/benchmark/enduring.py [--moves 10000] [explorer ...]

After every 25th move the caption and the sheet are compared with those of a new explorer. The budget is no difference, no
exception, and less than 5 MiB of growth in 2,000 moves; read from /proc, so on Linux only.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from endurance import endure
from moves import EXPLORERS

MOST_GROWTH = 5  # MiB


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=10_000, help="for each explorer (default 10,000)")
    parser.add_argument("explorers", nargs="*", metavar="explorer", help=f"only these, of {', '.join(EXPLORERS)}")
    chosen = parser.parse_args()
    heads = ("moves", "compared", "wrong", "MiB", "seconds")
    print(f"{'explorer':14s}" + "".join(f"{head:>10s}" for head in heads))
    for name in chosen.explorers or EXPLORERS:
        began = time.perf_counter()
        found = endure(name, chosen.moves)
        counts = (found.moves, found.compared, len(found.wrong))
        kept = "kept" if not found.wrong and found.growth < MOST_GROWTH else "missed"
        print(
            f"{name:14s}"
            + "".join(f"{count:10,d}" for count in counts)
            + f"{found.growth:10.1f}{time.perf_counter() - began:10.0f}   {kept}",
            flush=True,
        )


if __name__ == "__main__":
    main()
