"""Derive `rainfall.csv`, four years of daily rain, from the package that carries it.

    python helpers/data/derive_rainfall.py vega_datasets-0.9.0-py3-none-any.whl

The archive is the wheel of vega_datasets 0.9.0 (README.md beside this file says how to get it). Its checksum
and that of the file inside are verified first; then `rainfall.csv` is written anew. With `--check` nothing is
written: the command fails when `rainfall.csv` is not what it would write.
"""

import csv
import io
import zipfile
from pathlib import Path

from derive_weather import run, verify

ARCHIVE_SHA256 = "3d7c63917be6ca9b154b565f4779a31fedce57b01b5b9d99d8a34a7608062a1d"
MEMBER = "vega_datasets/_data/seattle-weather.csv"
MEMBER_SHA256 = "62f0609f787158128aa2bd102967173a4953122dd4f872bf1d502cae1037df0b"
TARGET = Path(__file__).with_name("rainfall.csv")


def derive(archive):
    """The text of `rainfall.csv`, after both checksums have been verified."""
    content = Path(archive).read_bytes()
    verify(archive, content, ARCHIVE_SHA256)
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        member = wheel.read(MEMBER)
    verify(MEMBER, member, MEMBER_SHA256)
    rows = csv.DictReader(io.StringIO(member.decode("utf-8")))
    return "rain_mm\n" + "".join(f"{float(row['precipitation']):.1f}\n" for row in rows)


if __name__ == "__main__":
    run(__doc__, TARGET, derive)
