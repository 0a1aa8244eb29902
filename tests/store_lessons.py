"""The author command: run the lessons from top to bottom and store their outputs in the clean form.

    python tests/store_lessons.py [notebooks/01_rain_example.ipynb ...]

Without a name it runs all of them. A lesson whose cells raise is left as it was.
"""

import os
import sys
from pathlib import Path

import nbformat
from lesson_form import as_text, clean, complaints, lesson_paths
from nbclient import NotebookClient

CELL_TIMEOUT = 120  # seconds


def store(path):
    """Run one lesson, write it back, and return what is still wrong with it."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute()
    stored = clean(notebook)
    path.write_text(as_text(stored), encoding="utf-8", newline="\n")
    return complaints(stored, path)


def main(names):
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    wrong = []
    for path in [Path(name) for name in names] or lesson_paths():
        print(f"running {path.name}", flush=True)
        wrong += store(path)
    print("\n".join(wrong) or "stored")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
