"""The figures in `images/` are what the script draws, small, and described."""

import importlib.util
import re
from pathlib import Path

IMAGES = Path(__file__).resolve().parent.parent / "images"


def test_still_figures_are_what_the_script_draws():
    spec = importlib.util.spec_from_file_location("draw", IMAGES / "draw.py")
    draw = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(draw)
    made = draw.files()
    assert {path.name for path in IMAGES.iterdir() if path.suffix in (".svg", ".md")} == set(made)
    for name, text in made.items():
        assert (IMAGES / name).read_text(encoding="utf-8") == text, f"{name}: run python images/draw.py"
        assert name.endswith(".md") or ("<title" in text and "<desc" in text)
    assert len(re.findall(r"!\[[^\]]{20,}\]\(\w+\.svg\)", made["README.md"])) == len(made) - 1
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 600_000
