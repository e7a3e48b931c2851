"""The one operator factory: a step, run in a container or on this machine, whose receipt becomes the task's XCom.

    download = step("download", "cog-carto", timeout=timedelta(hours=1), variables=["COG_CARTO_URL"])
    extract = step("extract", receipt_of(download), timeout=timedelta(hours=1))

- Arguments are templates, rendered one by one; no shell reads them. One that renders to nothing is left out.
- `variables` and `secrets` name what the step may have of Airflow's own environment. They are read as the task starts:
  no value of theirs is in a DAG, the database or the page.
- The exit code decides: done, failed for good, tried again, or skipped. The step's last word is the task's failure.

`STEPS_RUNNER` is `docker` (the default) or `local`. The first needs `STEPS_IMAGE`, `STEPS_NETWORK` and `STEPS_VOLUME`,
the second takes the executables from the folder `STEPS_BIN`, or from PATH.
"""

import hashlib
import json
import os
import socket
from datetime import timedelta
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory

from airflow.providers.docker.exceptions import DockerContainerFailedException, DockerContainerFailedSkipException
from airflow.providers.docker.operators.docker import DockerOperator
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import RetryDecision, RetryPolicy
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from airflow.sdk.log import mask_secret
from docker.errors import DockerException, NotFound
from docker.types import Mount
from requests import RequestException

# The exit codes that are not simply tried again, as `--spec` of every step gives them; a test compares.
NEVER_AGAIN = {2, 65, 66, 77}
NOTHING_NEW = 99

# What marks the line that is a receipt.
RECEIPT_SCHEMA = "collecte.receipt/1"

# Where the volume is, in the steps' containers and in whatever reads it: paths in receipts are good everywhere.
MOUNT = "/donnees_brutes"

# A step stops within 10 s; a little more lets it flush its journal on a slow disk.
GRACE_S = 15


class RetryAsAsked(RetryPolicy):
    """Waits as long as the remote asked for, where it said so; else the backoff decides."""

    def evaluate(self, exception, try_number, max_tries, context=None):
        wait_s = getattr(exception, "retry_after_s", None)
        return RetryDecision.retry(timedelta(seconds=wait_s)) if wait_s else RetryDecision.default()


# 1, 2, 4 .. 32 minutes, and up to twice that: a remote that is away for an hour is outlasted.
RETRIES = {
    "retries": 6,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(hours=1),
    "retry_policy": RetryAsAsked(),
}


def step(name, *arguments, timeout, **settings):
    """The task that runs the step `name` with `arguments`; its id is the name, with underscores."""
    return runner()(command=[name, *arguments], **common(name, timeout), **settings)


def step_each(name, *, timeout, **settings):
    """The task of `step`, for many: `.expand(command=...)` takes whole commands, the name first."""
    return runner().partial(**common(name, timeout), **settings)


def receipt_of(task, key="path"):
    """The template of a value in the receipt of a task before."""
    return f"{{{{ ti.xcom_pull(task_ids={task.task_id!r})[{key!r}] }}}}"


def runner():
    """The operator that `STEPS_RUNNER` chooses."""
    runners = {"docker": DockerStep, "local": LocalStep}
    chosen = os.environ.get("STEPS_RUNNER") or "docker"
    if chosen not in runners:
        raise ValueError(f"could not choose an operator: STEPS_RUNNER is `{chosen}`, not one of {', '.join(runners)}")
    return runners[chosen]


def common(name, timeout):
    return {"task_id": name.replace("-", "_"), "execution_timeout": timeout, **RETRIES}


class DockerStep(DockerOperator):
    """A step in a container, which is named after the task instance: the engine itself refuses a second one.

    It is stopped (SIGTERM) before it is removed, on every path.
    """

    # A list's item that ends with `.env` is an argument, not the name of a template.
    template_ext = ()

    def __init__(self, *, variables=(), secrets=(), **settings):
        super().__init__(
            image=os.environ.get("STEPS_IMAGE") or "collecte:latest",
            network_mode=os.environ.get("STEPS_NETWORK") or "collecte",
            mounts=[Mount(MOUNT, os.environ.get("STEPS_VOLUME") or "collecte_donnees_brutes", type="volume")],
            # The default binds a path of the scheduler's container.
            mount_tmp_dir=False,
            # `force` kills, `success` leaves a container whose task timed out running.
            auto_remove="never",
            skip_on_exit_code=NOTHING_NEW,
            **settings,
        )
        self.variables = variables
        self.secrets = secrets

    def execute(self, context):
        self.command = without_empty(self.command)
        self._private_environment = {**environment(self.variables, self.secrets), "DONNEES_BRUTES": MOUNT}
        self.container_name = container_name(context["ti"])
        self.labels = self._labels(context["ti"])
        return announce(context, super().execute(context))

    def on_kill(self):
        # What removes the container, if it still can, is the `finally` below.
        if self.container:
            self._stop(self.container["Id"])

    def _run_image_with_mounts(self, target_mounts, add_tmp_variable):
        # A scheduler that died leaves its container running, and the task is started anew.
        self._clear_away(self.container_name)
        try:
            super()._run_image_with_mounts(target_mounts, add_tmp_variable)
            # The stream that was just followed mixes stdout with stderr in any order, and proxies cut it.
            return find_receipt(self.command[0], self._log(stdout=True))
        except (DockerContainerFailedException, DockerContainerFailedSkipException):
            exit_code = self.cli.wait(self.container["Id"])["StatusCode"]
            raise failure(self.command[0], exit_code, self._log(stderr=True, tail=50)) from None
        finally:
            if self.container:
                self._clear_away(self.container["Id"])

    def _log(self, stdout=False, stderr=False, tail="all"):
        return self.cli.logs(self.container["Id"], stdout=stdout, stderr=stderr, tail=tail).decode(errors="replace")

    def _clear_away(self, container):
        if self._stop(container):
            try:
                self.cli.remove_container(container)
            except (DockerException, RequestException) as error:
                self.log.warning("could not remove the container `%s`, the next try will: %s", container, error)

    def _stop(self, container):
        """Whether there was such a container."""
        try:
            self.cli.stop(container, timeout=GRACE_S)
        except NotFound:
            return False
        except (DockerException, RequestException) as error:
            self.log.warning("could not stop the container `%s`: %s", container, error)
        return True

    def _labels(self, ti):
        """Compose's own, when Airflow runs under it, let `up` leave the container alone and `down` stop it."""
        labels = {"collecte.task": f"{ti.dag_id} {ti.task_id} {ti.map_index} {ti.run_id}"}
        try:
            project = self.cli.inspect_container(socket.gethostname())["Config"]["Labels"]["com.docker.compose.project"]
        except (DockerException, KeyError, TypeError):
            # Not in a container, not of Compose's, or behind a proxy that refuses the question.
            return labels
        compose = {"project": project, "service": "steps", "oneoff": "True", "config-hash": "steps"}
        return labels | {f"com.docker.compose.{key}": value for key, value in compose.items()}


class LocalStep(BashOperator):
    """A step on this machine, without an engine."""

    template_fields = ("command",)
    template_ext = ()

    # Of Airflow's environment, what any program needs; the rest is not the step's.
    NEEDED = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")

    def __init__(self, *, command, variables=(), secrets=(), **settings):
        # The arguments are bash's positional parameters: it never reads them as a command.
        super().__init__(bash_command='exec "$@"', **settings)
        self.command = command
        self.variables = variables
        self.secrets = secrets

    def execute(self, context):
        self.command = without_empty(self.command)
        program = os.path.join(os.environ.get("STEPS_BIN") or "", self.command[0])
        with TemporaryDirectory(prefix="step") as folder:
            receipt = Path(folder, "receipt.json")
            env = {
                **environment((*self.NEEDED, *self.variables), self.secrets),
                "DONNEES_BRUTES": str(Path(os.environ.get("DONNEES_BRUTES") or "donnees_brutes").absolute()),
                "RECEIPT_FILE": str(receipt),
            }
            command = ["bash", "-c", self.bash_command, "bash", program, *self.command[1:]]
            try:
                ended = self.subprocess_hook.run_command(command, env=env, cwd=folder)
            except BaseException:
                # A task that took too long, for one: the next try must not meet this one.
                self._stop()
                raise
            if ended.exit_code != 0:
                exit_code = ended.exit_code if ended.exit_code > 0 else 128 - ended.exit_code
                raise failure(self.command[0], exit_code, ended.output)
            return announce(context, find_receipt(self.command[0], receipt.read_text() if receipt.exists() else ""))

    def on_kill(self):
        # `execute` goes on meanwhile, and hears how the step ended.
        if (process := self.subprocess_hook.sub_process) and process.poll() is None:
            super().on_kill()

    def _stop(self):
        self.on_kill()
        if process := self.subprocess_hook.sub_process:
            try:
                process.wait(GRACE_S)
            except TimeoutExpired:
                self.log.warning("could not stop `%s` within %s s: it is killed", self.command[0], GRACE_S)
                process.kill()


def without_empty(command):
    """A template that renders to nothing is how an optional argument is left out."""
    return [argument for argument in command if argument]


def environment(variables, secrets):
    """What is set of Airflow's environment; an empty variable is how compose files say "not set"."""
    values = {name: os.environ[name] for name in variables if os.environ.get(name)}
    for name in secrets:
        value, file = os.environ.get(name), os.environ.get(f"{name}_FILE")
        if not value and file:
            value = Path(file).read_text().rstrip("\r\n")
        if value:
            mask_secret(value)
            values[name] = value
    return values


def container_name(ti):
    """One for all tries of a task instance, and for no other."""
    instance = json.dumps([ti.dag_id, ti.task_id, ti.run_id, ti.map_index])
    return f"collecte-{hashlib.sha256(instance.encode()).hexdigest()[:16]}"


def find_receipt(name, stdout):
    """The last line that is a receipt; a task without one has not succeeded, whatever its exit code."""
    for line in reversed(stdout.split("\n")):
        receipt = parse_object(line)
        if receipt.get("schema") == RECEIPT_SCHEMA:
            return receipt
    raise AirflowException(f"{name} ended with 0 but left no receipt")


def announce(context, receipt):
    """Says what was written in the events of the task's assets, and to the tasks that follow."""
    for asset in context["task"].outlets:
        context["outlet_events"][asset].extra = receipt
    return receipt


def failure(name, exit_code, stderr):
    """What Airflow is to make of a step that did not end with 0: the step's last note says why."""
    lines = [line for line in stderr.split("\n") if line.strip()]
    note = next((note for note in map(parse_object, reversed(lines)) if "message" in note), {})
    message = note.get("message") or (lines[-1] if lines else "it left no word")
    hint = f"; hint: {note['hint']}" if note.get("hint") else ""
    if exit_code == NOTHING_NEW:
        return AirflowSkipException(f"{name}: {message}")
    kind = AirflowFailException if exit_code in NEVER_AGAIN else AirflowException
    failed = kind(f"{name}: {message}{hint} (exit code {exit_code})")
    failed.retry_after_s = note.get("retry_after_s")
    return failed


def parse_object(line):
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
