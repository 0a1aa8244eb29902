"""Words: every sentence that code asks for exists, every sentence that exists is asked for somewhere."""

import re
import string
import tomllib
from pathlib import Path

import pytest

import helpers
from helpers import words
from helpers.exercises import EXERCISES

FOLDER = Path(helpers.__file__).parent


def sentences(table, key):
    for name, entry in table.items():
        if isinstance(entry, dict):
            yield from sentences(entry, f"{key}.{name}")
        else:
            yield f"{key}.{name}", entry


ALL = {
    key: entry
    for path in sorted((FOLDER / "words" / "en").glob("*.toml"))
    for key, entry in sentences(tomllib.loads(path.read_text(encoding="utf-8")), path.stem)
}
PAGE = (FOLDER / "widgets" / "accessibility.js").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.py"))


def test_every_sentence_asked_for_exists():
    asked = set(re.findall(r'(?:say|lookup)\(\s*"([a-z_0-9]+\.[a-z_.0-9]+)"', CODE))
    assert len(asked) > 40
    assert {key for key in asked if key not in ALL and not any(other.startswith(key + ".") for other in ALL)} == set()


def test_every_sentence_is_used():
    """By its own key, or by a key that code puts together from a prefix, or through an exercise's id."""
    prefixes = tuple(re.findall(r'f"([a-z_.]+\.)\{', CODE))
    literal = set(re.findall(r'"([a-z_]+\.[a-z_.0-9]+)"', CODE))
    exercises = tuple(f"exercises.{name}." for name in EXERCISES)
    on_the_page = {
        key for key in ALL if key.startswith("accessibility.") and re.search(rf"\b{key.split('.')[1]}\b", PAGE)
    }
    unused = set(ALL) - literal - on_the_page
    unused = [key for key in unused if not key.startswith(prefixes + exercises)]
    assert unused == []


@pytest.mark.parametrize("key", ALL)
def test_sentences_are_plain(key):
    for sentence in ALL[key] if isinstance(ALL[key], list) else [ALL[key]]:
        assert sentence == sentence.strip() or key.endswith(".solution")
        assert "!" not in sentence.replace("!r}", "}")
        assert all(
            field is None or re.match(r"[a-z_0-9]+$", field) for _, field, _, _ in string.Formatter().parse(sentence)
        )


def test_singular_and_plural():
    assert words.say("pictures.networks.parameters", count=1) == "1 parameter"
    assert words.say("pictures.networks.parameters", count=1234) == "1,234 parameters"


def test_an_unknown_key_is_named():
    with pytest.raises(KeyError, match="pictures.nothing"):
        words.say("pictures.nothing")


def test_an_unknown_language_is_answered_in_a_sentence(monkeypatch):
    monkeypatch.setenv("RNN_COURSE_LANGUAGE", "xx")
    words.language.cache_clear()
    with pytest.raises(ValueError, match="RNN_COURSE_LANGUAGE is 'xx'; the course speaks en"):
        words.language()
    monkeypatch.undo()
    words.language.cache_clear()
    assert words.language() == "en"
