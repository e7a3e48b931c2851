"""Runs DAGs in this process, with the real executables against the sandbox.

`tests/dags/run` sets up what this needs. One Airflow, with a database of its own, serves all tests.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

HERE = Path(__file__).parent
DAGS = HERE.parents[1] / "dags"
# DAGs that only the tests have: one step that ends as it is told, and a family yet to come.
BUNDLE = HERE / "bundle"
# Where cargo puts the executables.
if not os.environ.get("STEPS_BIN"):
    pytest.exit("could not find the executables: `tests/dags/run` says where they are", 2)
BIN = Path(os.environ["STEPS_BIN"])

# What a person may have set, and what would lead a step elsewhere.
FOREIGN = re.compile(
    r"(?i)AIRFLOW|STEPS_|FRANCE_TRAVAIL|COG_CARTO|VERSION_|SIRENE|NAF_|DATA_INCLUSION|DONNEES|MOISSONNAGE|HARVEST|CATALOG|DOCKER|LOG_|RECEIPT|.*_PROXY$|SSL_CERT|ALLOWED_"
)

# A key for one portal among many: no DAG hands it to all of them.
OF_ONE_REMOTE = {"CATALOG_API_KEY", "CATALOG_API_KEY_FILE"}

# All this must be said before Airflow is first imported.
for name in filter(FOREIGN.match, list(os.environ)):
    del os.environ[name]
HOME = tempfile.TemporaryDirectory(prefix="airflow")
os.environ |= {
    "AIRFLOW_HOME": HOME.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
    "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME.name}/airflow.db",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(
        [
            {
                "name": name,
                "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
                "kwargs": {"path": str(path)},
            }
            for name, path in (("dags", DAGS), ("tests", BUNDLE))
        ]
    ),
    "MOISSONNAGE_SOURCES": re.search("^MOISSONNAGE_SOURCES=(.*)$", (DAGS / "sandbox.env").read_text(), re.M)[1],
    # A step runs where its outputs are: not in the repository.
    "DONNEES_BRUTES": f"{HOME.name}/donnees_brutes",
    "STEPS_RUNNER": "local",
    "STEPS_BIN": str(BIN),
}
sys.path[:0] = [str(DAGS)]


@pytest.fixture(scope="session", autouse=True)
def airflow_database():
    from airflow.models.pool import Pool
    from airflow.utils import db

    db.initdb()
    Pool.create_or_update_pool("france_travail", slots=1, description="", include_deferred=False)


class Sandbox:
    """The remote services, on a port of their own."""

    def __init__(self, *options):
        command = [BIN / "sandbox", "--port", "0", "--rate", "0", "--rome-rate", "0", "--ign-rate", "0", *options]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.variables = {}
        for line in self.process.stderr:
            if line.startswith("unset "):
                break
            if exported := re.fullmatch(r"export (\w+)='(.*)'\n", line):
                self.variables[exported[1]] = exported[2]
        assert "FRANCE_TRAVAIL_API_URL" in self.variables, f"{command} said nothing of how to reach it"

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.process.stderr.close()


SMALL = ("--offers", "400", "--communes", "40", "--sirene-rows", "20", "--structures", "200")


@pytest.fixture(scope="session")
def services():
    """Services in which nothing goes wrong."""
    sandbox = Sandbox(*SMALL)
    yield sandbox
    sandbox.stop()


@pytest.fixture
def sandbox(monkeypatch, tmp_path):
    """Starts services of a test's own and leads the steps to them."""
    started = []

    def start(*options):
        started.append(Sandbox(*SMALL, *options))
        lead(monkeypatch, tmp_path, started[-1])
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def data(monkeypatch, tmp_path, services):
    """An empty DONNEES_BRUTES, and services in which nothing goes wrong."""
    return lead(monkeypatch, tmp_path, services)


def lead(monkeypatch, tmp_path, services):
    for name, value in services.variables.items():
        monkeypatch.setenv(name, value)
    # A thousand calls a second: the sandbox allows any number.
    monkeypatch.setenv("FRANCE_TRAVAIL_RATE", "1000")
    monkeypatch.setenv("DONNEES_BRUTES", str(tmp_path / "donnees_brutes"))
    return tmp_path / "donnees_brutes"


def load(dag_id, folder=DAGS):
    """The DAG as it is parsed now, in this environment."""
    return load_all(folder)[dag_id]


def load_all(folder=DAGS):
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(folder, collect_dags=True)
    assert not bag.import_errors, bag.import_errors
    return bag.dags


def tasks_of(dags):
    """The tasks that are steps, each with its DAG."""
    return [(dag, task) for dag in dags.values() for task in dag.tasks if task.task_type in ("DockerStep", "LocalStep")]


def setting(task, name):
    """What a task was given; a mapped one has it for all of its kind."""
    return task.partial_kwargs.get(name, ()) if task.is_mapped else getattr(task, name)


def commands_of(dag, task):
    """The commands of a task: of a mapped one, what the task before it chooses."""
    if not task.is_mapped:
        return [task.command]
    choose = task.expand_input.value["command"].operator.python_callable
    dag_run = SimpleNamespace(conf={}, data_interval_end=None, run_after=datetime.now(UTC))
    return choose(dag_run=dag_run, params=dag.params.dump(), dag=dag)


class Tried(list):
    """What became of the tasks of a run: one entry a try, in order."""

    def states(self):
        """Of each step, how its tries ended."""
        states = {}
        for one in self:
            if one.command:
                states.setdefault(one.task, []).append(one.state)
        return states

    def last(self, task):
        return [one for one in self if one.task == task][-1]


@pytest.fixture
def run(monkeypatch):
    """Runs a DAG to its end; retries come at once, and there are two."""
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session
    from sqlalchemy import select
    from airflow.sdk.execution_time import supervisor

    tried = Tried()
    run_in_process = supervisor.run_task_in_process

    def record(ti, task):
        result = run_in_process(ti=ti, task=task)
        tried.append(
            SimpleNamespace(
                task=ti.task_id,
                map_index=ti.map_index,
                state=str(getattr(result.ti.state, "value", result.ti.state)),
                error=result.error,
                message=str(result.error or ""),
                retry_delay_s=getattr(result.msg, "retry_delay_seconds", None),
                command=getattr(result.ti.task, "command", None),
            )
        )
        return result

    monkeypatch.setattr(supervisor, "run_task_in_process", record)

    def run_dag(dag, conf=None, dag_run=None, **moment):
        for task in dag.tasks:
            patience = {"retries": 2, "retry_delay": timedelta(0), "retry_exponential_backoff": 0}
            (task.partial_kwargs if task.is_mapped else vars(task)).update(patience)
        if dag_run:
            monkeypatch.setattr(
                "airflow.models.dagrun.get_or_create_dagrun", lambda **_: dag_run(_["dag"], _["session"])
            )
        tried.clear()
        ended = dag.test(run_conf=conf, **({"logical_date": None} | moment))
        with create_session() as session:
            tis = session.scalars(
                select(TaskInstance).where(TaskInstance.run_id == ended.run_id, TaskInstance.dag_id == dag.dag_id)
            )
            tried.final = {ti.task_id: str(ti.state) for ti in tis}
            xcoms = session.scalars(
                select(XComModel).where(XComModel.run_id == ended.run_id, XComModel.dag_id == dag.dag_id)
            )
            tried.receipts = {
                (x.task_id if x.map_index < 0 else (x.task_id, x.map_index)): XComModel.deserialize_value(x)
                for x in xcoms
                if x.key == "return_value"
            }
        return tried

    return run_dag


def spec(name):
    """What an executable says of itself."""
    printed = subprocess.run([BIN / name, "--spec"], capture_output=True, text=True, check=True)
    return json.loads(printed.stdout)
