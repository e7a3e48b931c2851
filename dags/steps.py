"""The one operator factory: a step, run in a container or on this machine, whose receipt becomes the task's XCom.

    download = step("download", "cog-carto", timeout=timedelta(hours=1), variables=["COG_CARTO_URL"])
    extract = step("extract", receipt_of(download), timeout=timedelta(hours=1))

- Arguments are templates, rendered one by one; no shell reads them. One that renders to nothing is left out.
- `DATA` in an argument stands for the folder of all outputs.
- `variables` and `secrets` name what the step may have of Airflow's own environment. They are read as the task starts:
  no value of theirs is in a DAG, the database or the page. Proxies and certificate authorities go to every step.
- The exit code decides: done, failed for good, tried again, or skipped. The step's notes are the task's log, and its last
  word is the task's failure: one line, as an error, before any traceback.
- A run that is given a key which its DAG does not have is refused.

`STEPS_RUNNER` is `docker` (the default) or `local`. The first needs `STEPS_IMAGE`, `STEPS_NETWORK` and `STEPS_VOLUME`,
the second takes the executables from the folder `STEPS_BIN`, or from PATH.
"""

import hashlib
import json
import logging
import os
import re
import signal
import socket
import subprocess
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from airflow.providers.docker.operators.docker import DockerOperator
from airflow.sdk import BaseOperator, RetryDecision, RetryPolicy
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

# Stands in an argument for the folder of all outputs, wherever the step runs.
DATA = "{DONNEES_BRUTES}"

# How a step leaves the house; libraries know these names in both cases.
PROXIES = [name for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY") for name in (proxy, proxy.lower())]

# Authorities of one's own, and where a step's container finds them. Their paths are the engine's: where Airflow is in a
# container itself, `STEPS_` before the name says them.
AUTHORITIES = {"SSL_CERT_FILE": "/etc/collecte/authorities.pem", "SSL_CERT_DIR": "/etc/collecte/authorities"}

# A step needs some 100 MB and a few threads: one that wants ten times as much has gone wrong.
MEMORY = "2g"
PROCESSES = 256

# The step's names of the levels, and Airflow's.
LEVELS = {"ERROR": logging.ERROR, "WARN": logging.WARNING, "INFO": logging.INFO, "DEBUG": logging.DEBUG}


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


def own_folder():
    """The folder of all outputs on this machine."""
    return str(Path(os.environ.get("DONNEES_BRUTES") or "donnees_brutes").absolute())


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

    It is stopped (SIGTERM) before it is removed, on every path. The engine is only ever asked by that name: the proxy
    before it lets nothing else through.
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
            **settings,
        )
        self.variables = variables
        self.secrets = secrets

    def execute(self, context):
        refuse_unknown(context)
        self.params_of_dag = set(context["dag"].params)
        self.command = settled(self.command, MOUNT)
        self._private_environment = {
            **environment((*PROXIES, *self.variables), self.secrets),
            "DONNEES_BRUTES": MOUNT,
        }
        self._add_authorities()
        self.container_name = container_name(context["ti"])
        self.labels = self._labels(context["ti"])
        return announce(context, super().execute(context))

    def on_kill(self):
        # What removes the container, if it still can, is the `finally` below.
        if self.container:
            self._stop(self.container_name)

    def _run_image_with_mounts(self, target_mounts, add_tmp_variable):
        # A scheduler that died leaves its container running, and the task is started anew.
        self._clear_away()
        try:
            self.container = self._create(target_mounts)
            stream = self.cli.attach(self.container_name, stdout=True, stderr=True, stream=True)
            self.cli.start(self.container_name)
            for line in lines(stream):
                tell(self.log, line)
            exit_code = self.cli.wait(self.container_name)["StatusCode"]
            if exit_code != 0:
                raise failure(self.log, self.command[0], exit_code, self._log(stderr=True, tail=50), self.params_of_dag)
            # The stream that was just followed mixes stdout with stderr in any order, and proxies cut it.
            return find_receipt(self.command[0], self._log(stdout=True))
        finally:
            if self.container:
                self._clear_away()

    def _create(self, mounts):
        host = self.cli.create_host_config(
            mounts=mounts,
            network_mode=self.network_mode,
            cap_drop=["ALL"],
            security_opt=["no-new-privileges"],
            read_only=True,
            tmpfs={"/tmp": ""},
            mem_limit=os.environ.get("STEPS_MEMORY") or MEMORY,
            pids_limit=PROCESSES,
        )
        return self.cli.create_container(
            name=self.container_name,
            image=self.image,
            command=self.command,
            environment=self._private_environment,
            labels=self.labels,
            host_config=host,
        )

    def _add_authorities(self):
        for name, place in AUTHORITIES.items():
            if source := os.environ.get(f"STEPS_{name}") or os.environ.get(name):
                self.mounts = [*self.mounts, Mount(place, source, type="bind", read_only=True)]
                self._private_environment[name] = place

    def _log(self, stdout=False, stderr=False, tail="all"):
        return self.cli.logs(self.container_name, stdout=stdout, stderr=stderr, tail=tail).decode(errors="replace")

    def _clear_away(self):
        if self._stop(self.container_name):
            try:
                self.cli.remove_container(self.container_name)
            except (DockerException, RequestException) as error:
                name = self.container_name
                self.log.warning("could not remove the container `%s`, the next try will: %s", name, error)

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


class LocalStep(BaseOperator):
    """A step on this machine, without an engine."""

    template_fields = ("command",)

    # Of Airflow's environment, what any program needs; the rest is not the step's.
    NEEDED = ("PATH", "HOME", "LANG", "TMPDIR", *AUTHORITIES, *PROXIES)

    def __init__(self, *, command, variables=(), secrets=(), **settings):
        super().__init__(**settings)
        self.command = command
        self.variables = variables
        self.secrets = secrets
        self.process = None

    def execute(self, context):
        refuse_unknown(context)
        self.command = settled(self.command, own_folder())
        # Where the step runs, as it does in its container: what is relative means the same.
        data = Path(own_folder())
        data.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix="step") as folder:
            receipt = Path(folder, "receipt.json")
            env = {
                **environment((*self.NEEDED, *self.variables), self.secrets),
                "DONNEES_BRUTES": str(data),
                "RECEIPT_FILE": str(receipt),
            }
            told = []
            try:
                exit_code = self._run(env, data, told)
            except BaseException:
                # A task that took too long, for one: the next try must not meet this one.
                self._stop()
                raise
            if exit_code != 0:
                raise failure(self.log, self.command[0], exit_code, "\n".join(told), set(context["dag"].params))
            return announce(context, find_receipt(self.command[0], receipt.read_text() if receipt.exists() else ""))

    def on_kill(self):
        # `execute` goes on meanwhile, and hears how the step ended.
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)

    def _run(self, env, folder, told):
        """The exit code; what the step says is told, and kept in `told`."""
        program = os.path.join(os.environ.get("STEPS_BIN") or "", self.command[0])
        command = [program, *self.command[1:]]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        try:
            self.process = subprocess.Popen(command, env=env, cwd=folder, start_new_session=True, **streams)
        except OSError as error:
            raise AirflowFailException(f"could not start `{program}`: {error}") from None
        for line in lines(self.process.stdout):
            tell(self.log, line)
            told.append(line)
        self.process.stdout.close()
        ended = self.process.wait()
        return ended if ended >= 0 else 128 - ended

    def _stop(self):
        self.on_kill()
        if self.process:
            try:
                # Whoever is stopped has last words, and must not fail over a pipe that nobody reads.
                last_words, _ = self.process.communicate(timeout=GRACE_S)
            except subprocess.TimeoutExpired:
                self.log.warning("could not stop `%s` within %s s: it is killed", self.command[0], GRACE_S)
                os.killpg(self.process.pid, signal.SIGKILL)
                last_words, _ = self.process.communicate()
            for line in lines([last_words or b""]):
                tell(self.log, line)


def refuse_unknown(context):
    """A key that the DAG does not have is a slip of the pen: the run would do something else than was meant."""
    known = set(context["dag"].params)
    unknown = set(context["dag_run"].conf or {}) - known
    if unknown:
        told, params = (", ".join(f"`{name}`" for name in sorted(names)) for names in (unknown, known))
        has = f"this DAG has {params}" if known else "this DAG takes none"
        raise AirflowFailException(f"could not understand {told} in the conf of the run: {has}")


def settled(command, folder):
    """A template that renders to nothing is how an optional argument is left out; `DATA` is where the outputs are."""
    return [argument.replace(DATA, folder) for argument in command if argument]


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


def lines(chunks):
    """The lines of a stream that comes in pieces, cut anywhere."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode(errors="replace") for line in whole)
    if rest:
        yield rest.decode(errors="replace")


def tell(log, line):
    """A note of the step, in Airflow's log, with its own level. The last one of a failure is told by `failure`."""
    note = parse_object(line)
    if "message" not in note:
        if line.strip():
            log.info("%s", line)
    elif "exit_code" not in note:
        rest = {key: value for key, value in note.items() if key not in ("time", "level", "step", "message")}
        more = f" {json.dumps(rest, ensure_ascii=False)}" if rest else ""
        log.log(LEVELS.get(note.get("level"), logging.INFO), "%s%s", note["message"], more)


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


def failure(log, name, exit_code, stderr, params=()):
    """What Airflow is to make of a step that did not end with 0: the step's last note says why."""
    told = [line for line in stderr.split("\n") if line.strip()]
    note = next((note for note in map(parse_object, reversed(told)) if "message" in note), {})
    message = note.get("message") or (told[-1] if told else "it left no word")
    if exit_code == NOTHING_NEW:
        return AirflowSkipException(f"{name}: {message}")
    hint = in_words_of_the_dag(note.get("hint") or "", params)
    text = f"{name}: {message}{'; hint: ' if hint else ''}{hint} (exit code {exit_code})"
    # Airflow logs the exception too, behind a traceback that says nothing to whoever has to act.
    log.error("%s", text)
    failed = (AirflowFailException if exit_code in NEVER_AGAIN else AirflowException)(text)
    failed.retry_after_s = note.get("retry_after_s")
    return failed


def in_words_of_the_dag(hint, params):
    """The step's hint names its flags. A DAG has params: what names another flag is no help there, and is left out."""
    flag = re.compile(r"--([a-z][a-z0-9-]*)")
    clauses = [clause for clause in re.split(r", or |; ", hint) if clause]
    known = [clause for clause in clauses if all(name.replace("-", "_") in params for name in flag.findall(clause))]
    return ", or ".join(flag.sub(lambda found: found[1].replace("-", "_"), clause) for clause in known)


def parse_object(line):
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
