"""The settings of the stack, beside what the executables say that they read.

`docker-compose.yml` hands variables to Airflow, `.env.example` gives them for the real services, the DAGs hand them on.
"""

import re

import pytest
import yaml
from conftest import DAGS, OF_ONE_REMOTE, commands_of, load_all, setting, spec, tasks_of

TOP = DAGS.parent
COMPOSE = yaml.safe_load((TOP / "docker-compose.yml").read_text())
# `NAME=value` and `#NAME=`: the second one is for whoever wants it.
ENV = dict(re.findall(r"^#?([A-Z][A-Z0-9_]*)=(.*)$", (TOP / ".env.example").read_text(), re.MULTILINE))
# The key of the demonstration, in a file, because the one of the real stack is in one.
CREDENTIALS = dict(re.findall(r"^([A-Z][A-Z0-9_]*)=(.*)$", (TOP / "dags/sandbox.env").read_text(), re.MULTILINE))
# No step reads it, but a DAG does, as its task starts: what it names must be of the stack that it is started with.
OF_A_DAG = {"MOISSONNAGE_SOURCES"}
# What only whoever builds the images sets, and machines without a registry or with several engines.
FOR_BUILDERS = re.compile(r"_IMAGE$|^(COLLECTE_COMMIT|DOCKER_SOCKET)$")


def steps():
    return {commands_of(dag, task)[0][0]: task for dag, task in tasks_of(load_all())}


def variables():
    """Of every step in a DAG: what it reads, and whether that is secret."""
    told = {}
    for name in steps():
        told |= {v["name"]: v["secret"] for v in spec(name)["variables"] if v["name"] not in OF_ONE_REMOTE}
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
    """The variables of a service, those of its file too."""
    named = set()
    for service in services:
        settings = COMPOSE["services"][service]
        named |= {*(settings.get("environment") or ())}
        if settings.get("env_file"):
            named |= CREDENTIALS.keys()
    return named


def test_compose_hands_the_scheduler_all_that_the_dags_hand_on():
    given = [setting(task, kind) for task in steps().values() for kind in ("variables", "secrets")]
    named = {name for names in given for name in names}
    assert named <= handed_on("scheduler"), named - handed_on("scheduler")


def test_compose_keeps_secrets_from_all_but_the_scheduler():
    secrets = {name for name, secret in variables().items() if secret}
    assert secrets <= handed_on("scheduler")
    for service in COMPOSE["services"]:
        assert service in ("scheduler", "sandbox") or not secrets & handed_on(service), service


def test_secrets_come_from_a_file_and_never_from_the_shell():
    """What somebody has exported for work by hand must not go to the demonstration."""
    secrets = {name for name, secret in variables().items() if secret}
    assert secrets == CREDENTIALS.keys() - OF_A_DAG
    text = (TOP / "docker-compose.yml").read_text()
    assert not (secrets | OF_A_DAG) & set(re.findall(r"\$\{([A-Z0-9_]+)", text))
    assert COMPOSE["services"]["scheduler"]["env_file"] == ["${CREDENTIALS:-dags/sandbox.env}"]
    assert COMPOSE["services"]["sandbox"]["env_file"] == ["dags/sandbox.env"]
    assert ENV["CREDENTIALS"] == ".env"


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_no_service_may_do_more_than_it_must(service):
    settings = COMPOSE["services"][service]
    assert settings["cap_drop"] == ["ALL"] and settings["security_opt"] == ["no-new-privileges:true"]
    assert settings["read_only"] is True and settings["mem_limit"] and settings["pids_limit"]
    assert not settings.get("privileged")
    assert settings.get("cap_add") is None or service in ("postgres", "engine")
    published = settings.get("ports") or []
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_compose_names_no_variable_of_a_step_that_no_step_reads():
    known = {*variables(), *OF_A_DAG, "DOCKER_HOST", "ALLOWED_HOSTS"}
    for name in handed_on("scheduler"):
        assert name in known or re.match(r"AIRFLOW__|STEPS_|.*_PROXY$", name), f"no step reads {name}"


def test_the_parts_of_the_stack_do_not_talk_through_a_proxy():
    apart = COMPOSE["services"]["scheduler"]["environment"]["NO_PROXY"].split(",")
    assert {"api-server", "engine", "sandbox"} <= set(apart)


def test_tasks_begin_once_somebody_can_hear_them():
    """The first tries failed without a log: the scheduler was there before the API server answered."""
    assert COMPOSE["services"]["scheduler"]["depends_on"]["api-server"] == {"condition": "service_healthy"}
    assert "/execution/health" in str(COMPOSE["services"]["api-server"]["healthcheck"]["test"])


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
    assert ENV.keys() <= used | CREDENTIALS.keys(), f"docker-compose.yml reads no {ENV.keys() - used}"
    untold = {name for name in used - ENV.keys() if not FOR_BUILDERS.search(name)}
    # The sandbox is not there beside the real services; its settings are said in docker-compose.yml.
    assert {name for name in untold if not name.startswith("SANDBOX_")} <= {"STEPS_VOLUME", "FRANCE_TRAVAIL_RATE"}, untold


@pytest.mark.parametrize("name", sorted(name for name in ENV if name.endswith("_URL")))
def test_the_addresses_of_the_example_are_those_of_the_steps(name):
    assert ENV[name] in {default for (_, variable), default in defaults().items() if variable == name}


def test_the_edition_of_the_example_is_that_of_the_step():
    assert ENV["VERSION_COG_CARTO"] == defaults()["download", "VERSION_COG_CARTO"]
