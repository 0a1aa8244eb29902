"""The commands of the README, so that nothing else needs to repeat them.

    python tests/readme.py test [windows]

prints the first command below the heading "Test", or the second one, which is for Windows.
"""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def command(heading, number=0):
    """The fenced block `number` below the heading, whatever its capitals; the first one is 0."""
    text = README.read_text(encoding="utf-8")
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE | re.IGNORECASE)
    return re.findall(r"^```\w*\n(.*?)\n```", section[1], re.DOTALL | re.MULTILINE)[number]


if __name__ == "__main__":
    print(command(sys.argv[1], number=int(sys.argv[2:] == ["windows"])))
