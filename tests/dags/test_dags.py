"""What holds for every DAG, those to come too."""

import json
import re
import socket
import subprocess
import sys
from itertools import pairwise

import pytest
from conftest import DAGS, OF_ONE_REMOTE, commands_of, load_all, setting, spec, tasks_of

FILES = sorted(path.stem for path in DAGS.glob("*.py") if "DAG(" in path.read_text())

PIPELINES = {
    "offres_quotidien": ["choose_days", "collect_offers"],
    "cog_carto": ["download", "extract", "locate_shapefiles"],
    "historique_offres": ["choose_months", "collect_history"],
    "rome": ["fetch_rome"],
    "referentiels": ["fetch_referentials"],
    "sirene": ["download", "extract"],
    "naf": ["download", "convert_naf"],
    "marches": ["choose_files", "convert_procurement", "validate_procurement"],
    "moissonnage": ["choose_sources", "harvest"],
    "table_offres": ["mirror_offers", "anonymise_offers", "merge_offers", "report_collection"],
    "contribution": [
        "choose_files",
        "assess_contribution",
        "map_contribution",
        "validate_contribution",
        "compare_contributions",
    ],
}

# Steps that need the key of France Travail.
WITH_KEY = {"collect_offers", "fetch_rome", "fetch_referentials", "collect_history", "mirror_offers"}


@pytest.fixture(params=["local", "docker"])
def dags(request, monkeypatch):
    monkeypatch.setenv("STEPS_RUNNER", request.param)
    return load_all()


def program(task):
    return task.task_id.replace("_", "-")


def test_each_pipeline_has_its_file_and_its_tasks_in_order(dags):
    assert set(FILES) == dags.keys()
    for dag_id, names in PIPELINES.items():
        ordered = [task.task_id for task in dags[dag_id].topological_sort()]
        assert ordered == names
        for first, second in pairwise(names):
            assert dags[dag_id].get_task(second).upstream_task_ids == {first}


@pytest.mark.parametrize("name", FILES)
def test_a_dag_is_short(name):
    text = (DAGS / f"{name}.py").read_text()
    assert len(text.splitlines()) < 80
    named = re.search(r"\n#[^\n]*\n([A-Z_]+) = [^\n]*\n(.|\n)*schedule=\1,", text)
    assert named, f"{name}.py: no schedule constant with its reason above it"


def test_each_dag_says_what_it_is_and_does_not_pile_up(dags):
    for dag in dags.values():
        assert dag.tags and dag.doc_md and dag.max_active_runs == 1 and dag.dagrun_timeout and not dag.catchup


def test_each_task_is_limited_in_time_and_tried_again_with_patience(dags):
    for _, task in tasks_of(dags):
        assert task.execution_timeout and task.retries == 6
        assert task.retry_exponential_backoff == 2 and task.max_retry_delay and task.retry_policy


def test_each_pipeline_announces_what_it_wrote(dags):
    for dag in dags.values():
        assert [asset.name for task in dag.topological_sort() for asset in task.outlets]
        assert dag.topological_sort()[-1].outlets


def test_the_key_goes_where_it_is_used_and_one_task_at_a_time(dags):
    for _, task in tasks_of(dags):
        keyed = task.task_id in WITH_KEY
        assert task.pool == ("france_travail" if keyed else "default_pool")
        assert tuple(setting(task, "secrets")) == (("FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY") if keyed else ())


def test_each_command_is_an_executable_and_each_flag_one_of_its_own(dags):
    for dag, task, command in [(dag, task, command) for dag, task in tasks_of(dags) for command in commands_of(dag, task)]:
        name, *arguments = command
        assert task.task_id == name.replace("-", "_")
        told = spec(name)
        flags = {argument["flag"]: argument for argument in told["arguments"] if argument["flag"]}
        positional = [argument for argument in told["arguments"] if argument["positional"]]
        places = 0
        given = iter(arguments)
        for argument in given:
            # An optional argument is a template around its flag.
            if flag := re.search(r"--[a-z0-9-]+", argument):
                assert flag[0] in flags, f"{dag.dag_id}: {name} has no {flag[0]}"
                if flags[flag[0]]["takes_value"] and argument == flag[0]:
                    next(given)
            else:
                places += 1
        assert places <= len(positional) or any(argument["multiple"] for argument in positional), (
            f"{dag.dag_id}: {arguments}"
        )
        assert places >= sum(argument["required"] for argument in positional), f"{dag.dag_id}: {arguments}"


def test_each_variable_is_one_that_the_step_reads(dags):
    for dag, task in tasks_of(dags):
        told = {variable["name"]: variable["secret"] for variable in spec(program(task))["variables"]}
        for name in setting(task, "variables"):
            assert told.get(name) is False, f"{dag.dag_id}: {task.task_id} reads no variable {name}"
        for name in setting(task, "secrets"):
            assert told.get(name) is True, f"{dag.dag_id}: {task.task_id} has no secret {name}"


def test_each_step_gets_all_its_secrets_and_addresses(dags):
    """A variable that an executable reads and the DAG does not pass on would be set in vain."""
    general = {"DONNEES_BRUTES", "RECEIPT_FILE", "LOG_FORMAT", "LOG_LEVEL"}
    for dag, task in tasks_of(dags):
        told = {v["name"]: v["secret"] for v in spec(program(task))["variables"] if not v["name"].endswith("_FILE")}
        missing = told.keys() - general - OF_ONE_REMOTE - {*setting(task, "variables"), *setting(task, "secrets")}
        # `download` has a variable for each source.
        assert all(not told[name] for name in missing), f"{dag.dag_id}: {task.task_id} lacks {missing}"
        assert program(task) == "download" or not missing, f"{dag.dag_id}: {task.task_id} lacks {missing}"


def test_both_operators_are_given_the_same(monkeypatch):
    commands = {}
    for runner in ("local", "docker"):
        monkeypatch.setenv("STEPS_RUNNER", runner)
        commands[runner] = {(dag.dag_id, task.task_id): commands_of(dag, task) for dag, task in tasks_of(load_all())}
    assert commands["local"] == commands["docker"]


def test_an_unknown_operator_is_refused(monkeypatch):
    import steps

    monkeypatch.setenv("STEPS_RUNNER", "kubernetes")
    with pytest.raises(ValueError, match="STEPS_RUNNER is `kubernetes`, not one of docker, local"):
        steps.runner()


def test_no_value_of_the_environment_is_in_a_serialized_dag(monkeypatch):
    from airflow.serialization.serialized_objects import DagSerialization

    names = {
        name for _, task in tasks_of(load_all()) for given in ("variables", "secrets") for name in setting(task, given)
    }
    assert "FRANCE_TRAVAIL_KEY" in names
    for name in names:
        monkeypatch.setenv(name, f"value-of-{name}")
    for runner in ("local", "docker"):
        monkeypatch.setenv("STEPS_RUNNER", runner)
        for dag in load_all().values():
            assert "value-of-" not in json.dumps(DagSerialization.serialize_dag(dag))


def test_parsing_connects_to_nothing_and_starts_nothing(monkeypatch):
    """The dag processor parses each file every half minute."""

    def refuse(*_, **__):
        raise AssertionError("a DAG does something as it is parsed")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.delitem(sys.modules, "steps", raising=False)
    monkeypatch.delitem(sys.modules, "france_travail", raising=False)
    monkeypatch.setenv("STEPS_RUNNER", "docker")
    assert load_all().keys() == set(FILES)


@pytest.mark.parametrize("dag_id", FILES)
def test_a_run_is_not_given_what_its_dag_does_not_have(data, run, dag_id):
    """`jour` in place of `date` would collect another day than was meant, and be green."""
    tried = run(load_all()[dag_id], conf={"jour": "2026-01-01"})
    first = tried[0]
    assert [one.state for one in tried] == ["failed"]
    assert first.message.startswith("could not understand `jour` in the conf of the run: this DAG ")
    assert set(tried.final.values()) <= {"failed", "upstream_failed"}
