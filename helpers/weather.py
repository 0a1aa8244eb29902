"""Real daily weather: temperature, pressure, and whether it rained, for 32 years at one place.

The series and where it comes from are described in `data/README.md`. Days are numbered from 0; no
calendar dates are given, since the source has none.
"""

import functools
from dataclasses import dataclass
from importlib import resources

import numpy as np
import torch

from helpers.shapes import whole_number

DAYS_A_YEAR = 365
TRAIN_DAYS = slice(0, 7_305)  # 20 years
VALIDATION_DAYS = slice(7_305, 8_766)  # 4 years
TEST_DAYS = slice(8_766, 11_688)  # 8 years, never trained on


@dataclass(frozen=True, eq=False)
class Weather:
    """The series: one row a day, oldest first.

    Shapes and units:
        temperature: (11688,), mean of the day in degrees Celsius
        pressure: (11688,), at sea level, mean of the day in hPa
        rain: (11688,), 1.0 on a day with rain or drizzle, else 0.0
        days: (11688, 3), the three side by side
    """

    days: torch.Tensor

    @property
    def temperature(self):
        return self.days[:, 0]

    @property
    def pressure(self):
        return self.days[:, 1]

    @property
    def rain(self):
        return self.days[:, 2]

    def standardised(self, training=TRAIN_DAYS):
        """(11688, 3): every column minus its mean and over its standard deviation, both from `training` days only."""
        known = self.days[training]
        return (self.days - known.mean(0)) / known.std(0)


@functools.cache
def _series():
    with (resources.files("helpers") / "data" / "weather.csv").open(encoding="utf-8") as file:
        return np.loadtxt(file, delimiter=",", skiprows=1, dtype=np.float32)


def load_weather():
    """The whole series as `Weather`. Each call gives a copy of its own."""
    return Weather(torch.tensor(_series(), device="cpu"))


def load_rainfall():
    """Daily rain in millimetres at another place, (1461,), oldest first; described in `data/README.md`."""
    with (resources.files("helpers") / "data" / "rainfall.csv").open(encoding="utf-8") as file:
        return torch.from_numpy(np.loadtxt(file, skiprows=1, dtype=np.float32))


def windows(features, rain, days, within):
    """Every run of `days` days, with the rain of the day after it.

    Shapes:
        features: (all days, input_size), rain: (all days,)
        returns inputs (count, days, input_size) and targets (count,)

    within: a slice of day numbers. The day to forecast lies in it, and so does the window before it,
    so that no day of another part of the series is ever read. `inputs` shares memory with `features`.

    Raises ValueError when `within` is too short for one window and the day after it.
    """
    features, rain = features[within], rain[within]
    whole_number("days", days, least=1, most=len(features) - 1)
    inputs = features.unfold(0, days, 1)[:-1].transpose(1, 2)
    return inputs, rain[days:]
