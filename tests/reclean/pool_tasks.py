"""Tasks for a pool that only tests have; in a module, because a worker process imports them."""

import os


class Environment:
    """Tells what the environment of a worker process says."""

    def run(self, tell):
        return os.environ.get("HARVESTER_TEST")

    def without(self, at, error):
        return self


class NoThread:
    """Fails as a task does for which the machine has no room for one more thread."""

    def run(self, tell):
        raise RuntimeError("can't start new thread")

    def without(self, at, error):
        return self
