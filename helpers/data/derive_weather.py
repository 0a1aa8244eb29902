"""Derive `weather.csv`, the course's 32 years of daily weather, from the package that carries it.

    python helpers/data/derive_weather.py scikit-multiflow-0.4.1.tar.gz

The archive is the source distribution of scikit-multiflow 0.4.1 (README.md beside this file says how to
get it). Its checksum and that of the file inside are verified first; then `weather.csv` is written anew.
With `--check` nothing is written: the command fails when `weather.csv` is not what it would write.
"""

import argparse
import hashlib
import io
import sys
import tarfile
from pathlib import Path

import numpy as np

ARCHIVE_SHA256 = "ed4f791107cb7f789f0bb0620c50e743a4d397905146a4d06c62eb98607aa101"
MEMBER = "scikit-multiflow-0.4.1/src/skmultiflow/data/datasets/weather.csv"
MEMBER_SHA256 = "3c38f05bdc5c4cb115f122414c66976e3662c875d96d7199d9e47fc46aff150e"
TARGET = Path(__file__).with_name("weather.csv")

# Days are missing from the source after about row 11,700 (the yearly wave of temperature slips); the
# rows before it are 32 years of 365.25 days without such a slip.
DAYS = 11_688
HIGHEST_PRESSURE = 1060  # hPa; two rows of the source say 5503, which no weather has


def read_member(archive):
    """The bytes of the source file inside `archive`, after both checksums have been verified."""
    content = Path(archive).read_bytes()
    verify(archive, content, ARCHIVE_SHA256)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        file = tar.extractfile(MEMBER)
        if file is None:
            raise ValueError(f"{MEMBER} is no file in {archive}.")
        member = file.read()
    verify(MEMBER, member, MEMBER_SHA256)
    return member


def derive(member):
    """The text of `weather.csv` from the bytes of the source file."""
    rows = np.genfromtxt(io.BytesIO(member), delimiter=",", names=True)[:DAYS]
    temperature = (rows["feat_1"] - 32) * 5 / 9
    pressure = rows["feat_3"].copy()
    bad = ~(pressure <= HIGHEST_PRESSURE)
    pressure[bad] = np.interp(np.flatnonzero(bad), np.flatnonzero(~bad), pressure[~bad])
    columns = zip(temperature.round(1) + 0.0, pressure.round(1), rows["target"].astype(int), strict=True)
    return "temp_c,slp_hpa,rain\n" + "".join(f"{t:.1f},{p:.1f},{r}\n" for t, p, r in columns)


def verify(name, content, expected):
    """End with a sentence unless the SHA-256 of `content` is `expected`."""
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{name}: sha256 is {found}, expected {expected}. This is another file than the course was made from.")


def run(description, target, text_of):
    """Write what `text_of` makes of the archive named on the command line, or with `--check` compare it."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("archive", help="the package's file, downloaded as README.md says")
    parser.add_argument("--check", action="store_true", help=f"compare with {target.name} instead of writing it")
    arguments = parser.parse_args()
    text = text_of(arguments.archive).encode()
    if not arguments.check:
        target.write_bytes(text)
    elif target.read_bytes() != text:
        sys.exit(f"{target.name} is not what this script derives.")
    print(f"{target.name}: {len(text)} bytes, sha256 {hashlib.sha256(text).hexdigest()}")


if __name__ == "__main__":
    run(__doc__, TARGET, lambda archive: derive(read_member(archive)))
