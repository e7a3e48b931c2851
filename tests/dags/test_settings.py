"""The settings of the stack, beside what the executables say that they read.

`docker-compose.yml` hands variables to Airflow, `.env.example` gives them for the real services, the DAGs hand them on.
"""

import re

import pytest
import yaml
from conftest import DAGS, load_all, spec

TOP = DAGS.parent
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
# `NAME=value` and `#NAME=`: the second one is for whoever wants it.
ENV = dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", (TOP / ".env.example").read_text(), re.MULTILINE))
# What only machines without a registry, or with several engines, set.
FOR_BUILDERS = re.compile(r"_IMAGE$|^DOCKER_SOCKET$")


def steps():
    return {task.command[0]: task for dag in load_all().values() for task in dag.tasks}


def variables():
    """Of every step in a DAG: what it reads, and whether that is secret."""
    told = {}
    for name in steps():
        told |= {variable["name"]: variable["secret"] for variable in spec(name)["variables"]}
    files = {name for name in told if name.removesuffix("_FILE") in told and name.endswith("_FILE")}
    return {name: secret for name, secret in told.items() if name not in files}


def defaults():
    """Of every variable that has one: the default that each step gives it."""
    return {
        (name, argument["variable"]): argument["default"]
        for name in steps()
        for argument in spec(name)["arguments"]
        if argument["variable"] and argument["default"]
    }


def handed_on(*services):
    return {name for service in services for name in COMPOSE["services"][service]["environment"]}


def test_compose_hands_the_scheduler_all_that_the_dags_hand_on():
    named = {name for task in steps().values() for name in (*task.variables, *task.secrets)}
    assert named <= handed_on("scheduler"), named - handed_on("scheduler")


def test_compose_keeps_secrets_from_all_but_the_scheduler():
    secrets = {name for name, secret in variables().items() if secret}
    assert secrets <= handed_on("scheduler")
    for service, settings in COMPOSE["services"].items():
        if service not in ("scheduler", "sandbox"):
            assert not secrets & {*(settings.get("environment") or ())}, service


def test_compose_names_no_variable_of_a_step_that_no_step_reads():
    known = {*variables(), "DOCKER_HOST"}
    for name in handed_on("scheduler"):
        assert name in known or re.match(r"AIRFLOW__|STEPS_", name), f"no step reads {name}"


def test_the_check_before_the_start_looks_at_every_address():
    addresses = {name for name in variables() if name.endswith("_URL")}
    guard = COMPOSE["services"]["steps"]
    assert addresses == {name for name in guard["environment"] if name.endswith("_URL")}
    looked_at = set(re.findall(r'"\$\$([A-Z0-9_]+_URL)"', "".join(guard["command"])))
    assert looked_at == addresses


def test_the_demonstration_and_the_sandbox_agree_on_every_address():
    for name, value in COMPOSE["services"]["steps"]["environment"].items():
        if name.endswith("_URL"):
            assert re.fullmatch(rf"\$\{{{name}:-http://sandbox:8080(/.*)?\}}", value), value


def test_every_setting_of_the_example_is_one_of_compose():
    text = (TOP / "docker-compose.yml").read_text()
    used = set(re.findall(r"(?<!\$)\$\{([A-Z0-9_]+)", text))
    assert ENV.keys() <= used, f"docker-compose.yml reads no {ENV.keys() - used}"
    untold = {name for name in used - ENV.keys() if not FOR_BUILDERS.search(name)}
    # The sandbox is not there beside the real services; its settings are said in docker-compose.yml.
    assert {name for name in untold if not name.startswith("SANDBOX_")} <= {"STEPS_VOLUME", "FRANCE_TRAVAIL_RATE"}, untold


@pytest.mark.parametrize("name", sorted(name for name in ENV if name.endswith("_URL")))
def test_the_addresses_of_the_example_are_those_of_the_steps(name):
    assert ENV[name] in {default for (_, variable), default in defaults().items() if variable == name}


def test_the_edition_of_the_example_is_that_of_the_step():
    assert ENV["VERSION_COG_CARTO"] == defaults()["download", "VERSION_COG_CARTO"]
