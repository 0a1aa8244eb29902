"""What the helpers say, kept apart from the code that decides.

Every sentence that a learner reads from a helper (captions, feedback, hints, labels in pictures, errors)
stands in a TOML file below a folder named for its language, one file for each subject:
`say("errors.alt")` reads `alt` in `en/errors.toml`, and values given by name fill in its `{places}`.
The environment variable `RNN_COURSE_LANGUAGE` chooses the folder. Names of PyTorch's arguments are
never translated.
"""

import functools
import os
import tomllib
from importlib import resources

LANGUAGES = ("en",)


@functools.cache
def language():
    """The language of the helpers, from the environment variable `RNN_COURSE_LANGUAGE`; English when it is unset.

    Raises ValueError, naming the languages that exist, when it is set to another.
    """
    chosen = os.environ.get("RNN_COURSE_LANGUAGE", LANGUAGES[0])
    if chosen not in LANGUAGES:
        raise ValueError(f"RNN_COURSE_LANGUAGE is {chosen!r}; the course speaks {', '.join(LANGUAGES)}.")
    return chosen


@functools.cache
def _subject(name):
    return tomllib.loads((resources.files(__name__) / language() / f"{name}.toml").read_text(encoding="utf-8"))


def lookup(key):
    """The entry `key` ("subject.part.part"): a sentence, a list of sentences, or a table of them.

    Raises KeyError when there is none.
    """
    subject, *parts = key.split(".")
    entry = _subject(subject)
    for part in parts:
        if part not in entry:
            raise KeyError(f"No words for {key!r} in {language()}/{subject}.toml.")
        entry = entry[part]
    return entry


def say(key, **values):
    """The sentence `key`, with `values` in the places that it names.

    A list of two sentences is a singular and a plural: the value `count` chooses.
    """
    sentence = lookup(key)
    if isinstance(sentence, list):
        sentence = sentence[0 if values["count"] == 1 else 1]
    return sentence.format(**values)
