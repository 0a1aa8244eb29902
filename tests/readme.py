"""The commands of the README, so that nothing else needs to repeat them.

    python tests/readme.py test

prints the first command below the heading "Test".
"""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def command(heading):
    """The first fenced block below the heading, whatever its capitals."""
    text = README.read_text(encoding="utf-8")
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE | re.IGNORECASE)
    return re.search(r"^```\w*\n(.*?)\n```", section[1], re.DOTALL | re.MULTILINE)[1]


if __name__ == "__main__":
    print(command(sys.argv[1]))
