"""The stack as its user has it: Compose, Airflow's REST API, the engine. Nothing here looks inside."""

import http.client
import json
import os
import shlex
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
COMPOSE = shlex.split(os.environ["COMPOSE"])
PROJECT = os.environ["COMPOSE_PROJECT_NAME"]
STEPS_IMAGE = os.environ["STEPS_IMAGE"]

# What a developer has set for real work must not lead a test there.
OURS = ("PATH", "HOME", "LANG", "TMPDIR", "DOCKER_", "COMPOSE", "_IMAGE")


def run(*command, env=None, check=True, timeout=300, cwd=TOP):
    """The ended command; a failure shows all that it said."""
    ended = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=timeout)
    if check and ended.returncode:
        raise AssertionError(f"{shlex.join(command)}\nstatus {ended.returncode}\n{ended.stdout}\n{ended.stderr}")
    return ended


def docker(*arguments, **settings):
    return run("docker", *arguments, **settings).stdout.strip()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def until(what, probe, timeout_s=180):
    """What `probe` returns, as soon as that is something."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        found = probe()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"not seen within {timeout_s} s: {what}")


class Stack:
    """One stack, started from the repository's own files; `env_file` stands for the user's `.env`."""

    def __init__(self, volume, network, env_file=None):
        self.volume = volume
        self.network = network
        self.env_file = env_file or "/dev/null"
        # `.env` names itself, so that the key in it goes to the scheduler; here it has another name.
        self.extra = {"CREDENTIALS": env_file} if env_file else {}
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments, extra=(), **settings):
        ours = {name: value for name, value in os.environ.items() if any(part in name for part in OURS)}
        env = ours | self.extra | {"AIRFLOW_PORT": str(self.port)} | dict(extra)
        return run(*COMPOSE, "--env-file", self.env_file, *arguments, env=env, **settings)

    def up(self):
        self.compose("up", "--detach")

    def down(self, *arguments):
        return self.compose("down", "--remove-orphans", *arguments)

    # Airflow

    def api(self, path, body=None, method=None, headers=()):
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **dict(headers)}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{request.method} {path}: {error.code} {error.read().decode()}") from None

    def status(self, path, host):
        """The status of an answer to whoever asks under a name."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status

    def answers(self):
        try:
            return self.api("/api/v2/monitor/health")
        except (OSError, ValueError):
            return None

    def trigger(self, dag, **conf):
        """The id of a run that was asked for, as a user asks for one."""
        return self.api(f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": conf})["dag_run_id"]

    def runs(self, dag):
        return self.api(f"/api/v2/dags/{dag}/dagRuns")["dag_runs"]

    def tasks(self, dag, run_id):
        """By id; of a mapped task, by id and place."""
        tasks = self.api(f"/api/v2/dags/{dag}/dagRuns/{run_id}/taskInstances")["task_instances"]
        return {name_of(task): task for task in tasks}

    def rest(self, dag):
        """Lets a DAG begin nothing more, and waits for what it has begun."""
        self.api(f"/api/v2/dags/{dag}", {"is_paused": True}, method="PATCH")
        at_work = {"queued", "running", "restarting"}

        def is_at_rest():
            tasks = [task for run in self.runs(dag) for task in self.tasks(dag, run["dag_run_id"]).values()]
            return not any(task["state"] in at_work for task in tasks)

        until(f"the rest of {dag}", is_at_rest)

    def ended(self, dag, run_id, timeout_s=240):
        """State and number of tries of each task, once all have ended; prints what failed tasks said."""
        over = {"success", "failed", "skipped", "upstream_failed"}

        def all_over():
            tasks = self.tasks(dag, run_id)
            return tasks if tasks and all(task["state"] in over for task in tasks.values()) else None

        tasks = until(f"the end of {dag} {run_id}", all_over, timeout_s)
        for task in tasks.values():
            if task["state"] == "failed":
                print(task["task_id"], *self.errors(dag, run_id, task), sep="\n  ")
        return {name: (task["state"], task["try_number"]) for name, task in tasks.items()}

    def errors(self, dag, run_id, task):
        path = f"/api/v2/dags/{dag}/dagRuns/{run_id}/taskInstances/{task['task_id']}/logs/{task['try_number']}"
        path += f"?map_index={task['map_index']}"
        lines = self.api(path, headers={"Accept": "application/json"})["content"]
        return [json.dumps(line) for line in lines if line.get("level") in ("error", "critical")]

    def receipt(self, dag, run_id, task, place=-1):
        path = f"/api/v2/dags/{dag}/dagRuns/{run_id}/taskInstances/{task}/xcomEntries/return_value?map_index={place}"
        return self.api(path)["value"]

    # The volume and the sandbox

    def read(self, path):
        """The bytes of a file in the volume, as the README says how to read one."""
        mount = f"{self.volume}:/donnees_brutes:ro"
        command = ["docker", "run", "--rm", "--network", "none", "--volume", mount, STEPS_IMAGE, "cat", path]
        ended = subprocess.run(command, capture_output=True, timeout=60)
        return ended.stdout if ended.returncode == 0 else None

    def sandbox(self, path, body=None):
        """An answer of the sandbox, which tells its own truth to whoever is on this machine."""
        container = self.compose("ps", "--quiet", "sandbox").stdout.strip()
        template = f'{{{{(index .NetworkSettings.Networks "{self.network}").IPAddress}}}}'
        address = f"http://{docker('inspect', '--format', template, container)}:8080{path}"
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(address, data, method="PUT" if data else "GET")) as answer:
            return answer.read()

    def hang_after(self, searches):
        """Lets so many more searches be answered, and none after them."""
        asked = [json.loads(line)["search"] for line in self.sandbox("/_sandbox/requests").splitlines()]
        last = max((number for number in asked if number is not None), default=0)
        first = last + searches + 1
        hangs = [{"fault": "hang", "request": number} for number in range(first, first + 2000)]
        self.sandbox("/_sandbox/faults", {"at": hangs})

    def hang_no_more(self):
        self.sandbox("/_sandbox/faults", {})


def name_of(task):
    """`extract`, or `collect_offers[0]`."""
    return task["task_id"] if task["map_index"] < 0 else f"{task['task_id']}[{task['map_index']}]"


class Containers:
    """Every event of the steps' containers, as the engine tells them, from now on."""

    def __init__(self):
        command = ["docker", "events", "--filter", "label=collecte.task", "--format", "{{json .}}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.seen = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.seen.append(json.loads(line))

    def close(self):
        self.process.terminate()
        self.process.wait()

    def of(self, run_id):
        """`(action, container, detail)` of one run, in order; the detail is a signal or an exit code."""
        events = []
        for event in self.seen:
            attributes = event["Actor"]["Attributes"]
            if attributes["collecte.task"].endswith(f" {run_id}"):
                detail = attributes.get("signal") or attributes.get("exitCode")
                events.append((event["Action"], event["Actor"]["ID"][:12], detail))
        return events

    def most_at_once(self, run_id):
        """How many containers of the run's one task ran at the same time, at most."""
        running, most = set(), 0
        for action, container, _ in self.of(run_id):
            if action == "start":
                running.add(container)
            if action == "die":
                running.discard(container)
            most = max(most, len(running))
        return most


def step_containers():
    return docker("ps", "--all", "--quiet", "--filter", "label=collecte.task").split()
