"""Tasks for a pool that only tests have; in a module, because a worker process imports them."""

import os


class Environment:
    """Tells what the environment of a worker process says."""

    def run(self, tell):
        return os.environ.get("HARVESTER_TEST")

    def without(self, at, error):
        return self
