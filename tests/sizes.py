"""Hypothesis strategies: sizes that are all different, so that a wrong axis can never pass unnoticed."""

from hypothesis import strategies as st

# Pools that do not overlap: whatever is drawn, no two sizes are alike.
SEQ_LEN = st.sampled_from([1, 4, 7, 10])
BATCH = st.sampled_from([2, 5, 8])
INPUT_SIZE = st.sampled_from([3, 6, 9])
HIDDEN_SIZE = st.sampled_from([11, 12, 13])
NUM_LAYERS = st.sampled_from([1, 2, 3, 4])
SEED = st.integers(0, 10_000)
