"""The clinic's notes on random wrong calls of RNN, LSTM, GRU and their cells, carried out: how many are good.

    python tests/benchmark/clinic.py [--calls 6000] [--seed 0]

For each call: "good" when what the note says leads to the output and the gradients of the right program; "words" when
it says what to look for and gives no line to run; "error" when three notes one after another do not end in a run;
"none" when there is no note; "silent" when the advice runs and is wrong. The last two must be 0, good at least 98 %.
"""

import argparse
import collections
import sys
import time
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch
from clinic_campaign import campaign


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=6000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")  # PyTorch warns of projections
    start = time.perf_counter()
    verdicts, failures = campaign(asked.calls, asked.seed)
    share = verdicts["good"] / asked.calls
    counts = ", ".join(f"{name} {verdicts[name]}" for name in ("good", "words", "error", "none", "silent"))
    print(f"{asked.calls} wrong calls in {time.perf_counter() - start:.0f} s: {counts}; good {share:.1%}")
    for (verdict, what), count in collections.Counter(
        (v, w.rsplit(" of ", 1)[0]) for v, w, *_ in failures
    ).most_common():
        print(f"  {count:4d} {verdict:7s} {what}")
    if verdicts["silent"] or verdicts["none"] or share < 0.98:
        raise SystemExit("below the budget")


if __name__ == "__main__":
    main()
