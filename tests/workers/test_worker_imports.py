"""What a server of worker processes loads: quickly, and so that nothing of the program's settings changes."""

import subprocess
import sys

import pytest

COUNTED = """
import gc
gc.{setting}()
looks = []
gc.callbacks.append(lambda phase, info: looks.append(phase))
import harvester.worker_imports, sys
loaded = {{"httpx", "harvester.metadata", "harvester.content"}} <= sys.modules.keys()
print(gc.isenabled(), len(looks), loaded, gc.get_freeze_count() > 0)
"""


@pytest.mark.parametrize(("setting", "is_on"), [("enable", True), ("disable", False)])
def test_the_collector_rests_while_all_is_loaded_and_is_left_as_it_was(setting: str, is_on: bool) -> None:
    code = COUNTED.format(setting=setting)
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    enabled, looks, *loaded = told.split()
    assert (enabled, loaded) == (str(is_on), ["True"] * 2)
    assert int(looks) < 50  # hundreds where it does not rest
