"""A Docker engine as the operator's client sees one: containers are processes of this machine."""

import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from docker.errors import APIError, NotFound


class Container:
    def __init__(self, name, wanted):
        self.id = f"id-of-{name}"
        self.name = name
        self.wanted = wanted
        self.process = None
        self.exit_code = None
        self.streams = {stream: tempfile.TemporaryFile() for stream in ("stdout", "stderr")}

    def start(self, command, environment):
        self.process = subprocess.Popen(command, env=environment, start_new_session=True, **self.streams)
        threading.Thread(target=self._reap, daemon=True).start()

    def _reap(self):
        code = self.process.wait()
        self.exit_code = code if code >= 0 else 128 - code

    @property
    def runs(self):
        return self.process is not None and self.exit_code is None

    def wait(self, timeout_s=60):
        """May be called while it is waited for already, as signal handlers do."""
        until = time.monotonic() + timeout_s
        while self.runs and time.monotonic() < until:
            time.sleep(0.01)

    def read(self, stream):
        self.streams[stream].seek(0)
        return self.streams[stream].read()


class Engine:
    """Says what it was asked in `calls`; `fail` names calls that go wrong, once each."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.containers = {}
        self.calls = []
        self.created = []
        self.fail = {}
        self.own_labels = None

    def _called(self, call, container=""):
        self.calls.append(f"{call} {container}".strip())
        if call in self.fail:
            raise self.fail.pop(call)

    def _find(self, name):
        """By name alone: the proxy before a real one lets no other question through."""
        if name in self.containers:
            return self.containers[name]
        raise NotFound(f"No such container: {name}")

    def images(self, name):
        return [name]

    def create_host_config(self, **wanted):
        return wanted

    def create_container(self, name, **wanted):
        self._called("create", name)
        if name in self.containers:
            raise APIError(f'Conflict. The container name "/{name}" is already in use')
        self.containers[name] = Container(name, wanted)
        self.created.append(self.containers[name])
        return {"Id": self.containers[name].id}

    def start(self, container):
        self._called("start", container)
        container = self._find(container)
        program, *arguments = container.wanted["command"]
        environment = {"PATH": os.environ["PATH"], **container.wanted["environment"]}
        container.start([self.folder / program, *arguments], environment)

    def attach(self, container, **_):
        """Both streams as one, stdout first, cut where it hurts."""
        container = self._find(container)
        self._called("attach", container.id)

        def follow():
            container.wait()
            mixed = container.read("stdout") + container.read("stderr")
            yield from (mixed[at : at + 7] for at in range(0, len(mixed), 7))

        return follow()

    def wait(self, container):
        self._called("wait", container)
        container = self._find(container)
        container.wait()
        return {"StatusCode": container.exit_code}

    def logs(self, container, stdout, stderr, tail):
        self._called("logs", container)
        container = self._find(container)
        text = (container.read("stdout") if stdout else b"") + (container.read("stderr") if stderr else b"")
        return text if tail == "all" else b"".join(text.splitlines(keepends=True)[-tail:])

    def stop(self, container, timeout):
        container = self._find(container)
        self._called("stop", container.id)
        if container.runs:
            container.process.terminate()
            container.wait(timeout)
        if container.runs:
            container.process.kill()
            container.wait()

    def remove_container(self, container):
        container = self._find(container)
        self._called("remove", container.id)
        if container.runs:
            raise APIError("You cannot remove a running container. Stop the container before attempting removal")
        del self.containers[container.name]

    def inspect_container(self, container):
        if self.own_labels is None:
            raise NotFound(f"No such container: {container}")
        return {"Config": {"Labels": self.own_labels}}
