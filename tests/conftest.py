"""What all tests share: how hypothesis looks for examples."""

import os

from hypothesis import HealthCheck, settings

# A machine with other work to do is slow, and pages are large examples; neither is a fault of a test.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

# The same examples in every run: a suite that fails now and then is a suite that people stop reading.
# `HYPOTHESIS_PROFILE=explore pytest tests/test_invariants.py` looks further, and elsewhere each time.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None, suppress_health_check=SLOW)
settings.register_profile("explore", deadline=None, max_examples=1_000, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))
