"""One stack for all tests, which run in their order: each leaves it as it found it."""

import time

import pytest

from stack import Containers, Stack


@pytest.fixture(scope="session")
def demonstration():
    """`docker compose up` on a fresh clone."""
    stack = Stack(volume="collecte_demo", network="collecte_demo")
    # Of a run that was killed.
    stack.down("--volumes")
    stack.started = time.monotonic()
    try:
        stack.up()
        yield stack
    finally:
        print(stack.compose("ps", "--all", check=False).stdout)
        stack.down("--volumes")


@pytest.fixture
def containers():
    listening = Containers()
    yield listening
    listening.close()
