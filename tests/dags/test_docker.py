"""What the Docker operator asks of the engine, and in which order. A real engine is asked in `tests/stack`."""

import time

import pytest
import steps
from conftest import BUNDLE, load
from docker.errors import APIError, NotFound
from engine import Engine
from requests.exceptions import ConnectionError
from scripts import RECEIPT, write_scripts


@pytest.fixture
def engine(monkeypatch, tmp_path):
    write_scripts(tmp_path)
    engine = Engine(tmp_path)
    monkeypatch.setenv("STEPS_RUNNER", "docker")
    monkeypatch.setattr(steps.DockerStep, "cli", engine)
    return engine


def ending(run, how="0"):
    return run(load("ending", BUNDLE), conf={"how": how})


def asked(engine, name):
    """The calls about one container, by the container's place."""
    return [call.split()[0] for call in engine.calls if name in call]


def test_a_container_is_made_as_the_variables_say(engine, run, monkeypatch):
    for name, value in {"IMAGE": "image:7", "NETWORK": "network", "VOLUME": "volume"}.items():
        monkeypatch.setenv(f"STEPS_{name}", value)
    ending(run)
    wanted = engine.created[0].wanted
    assert (wanted["image"], wanted["command"]) == ("image:7", ["end", "0"])
    host = wanted["host_config"]
    assert host["network_mode"] == "network"
    assert [dict(mount) for mount in host["mounts"]] == [
        {"Target": "/donnees_brutes", "Source": "volume", "Type": "volume", "ReadOnly": False}
    ]
    assert wanted["environment"] == {"DONNEES_BRUTES": "/donnees_brutes"}


def test_a_container_may_not_do_more_than_a_step_must(engine, run, monkeypatch):
    monkeypatch.setenv("STEPS_MEMORY", "3g")
    ending(run)
    host = engine.created[0].wanted["host_config"]
    assert (host["cap_drop"], host["security_opt"]) == (["ALL"], ["no-new-privileges"])
    assert (host["read_only"], host["tmpfs"]) == (True, {"/tmp": ""})
    assert host["mem_limit"] == "3g" and 0 < host["pids_limit"] < 1_000


@pytest.mark.parametrize("named", ["SSL_CERT_FILE", "STEPS_SSL_CERT_FILE"])
def test_authorities_of_ones_own_are_mounted(engine, run, monkeypatch, named):
    """Their path is one of the engine's machine: where Airflow is in a container too, Compose says it."""
    monkeypatch.setenv(named, "/etc/authorities of ours.pem")
    ending(run)
    wanted = engine.created[0].wanted
    place = wanted["environment"]["SSL_CERT_FILE"]
    assert dict(wanted["host_config"]["mounts"][1]) == {
        "Target": place,
        "Source": "/etc/authorities of ours.pem",
        "Type": "bind",
        "ReadOnly": True,
    }


def test_without_variables_it_is_the_real_stack(engine, run):
    ending(run)
    wanted = engine.created[0].wanted
    assert wanted["image"] == "collecte:latest"
    assert wanted["host_config"]["network_mode"] == "collecte"
    assert wanted["host_config"]["mounts"][0]["Source"] == "collecte_donnees_brutes"


def test_a_container_is_stopped_before_it_is_removed(engine, run):
    ending(run)
    assert asked(engine, engine.created[0].name) == ["create", "attach", "start", "wait", "logs", "stop", "remove"]


def test_tries_of_a_task_share_a_name_and_other_tasks_and_runs_have_their_own(engine, run):
    ending(run, "69")
    assert len(engine.created) == 3 and len({container.name for container in engine.created}) == 1
    ending(run)
    assert len({container.name for container in engine.created}) == 3


def test_what_a_lost_try_left_is_stopped_and_removed_first(engine, run, monkeypatch):
    """A scheduler that died leaves its container running, and the task is started anew."""

    def follow_until_cut():
        while not (engine.folder / "waiting").exists():
            time.sleep(0.01)
        yield from ()

    monkeypatch.setattr(engine, "attach", lambda container, **_: follow_until_cut())
    engine.fail = {call: ConnectionError("the engine is away") for call in ("wait", "stop", "remove")}
    tried = ending(run, "wait")
    # The second one ends by itself: it sees that the first was stopped.
    assert tried.states()["end"] == ["up_for_retry", "failed"]
    assert (engine.folder / "stopped").read_text() == "stopped\n"
    assert [call.split()[0] for call in engine.calls] == [
        *("create", "start", "wait", "stop", "remove"),
        *("stop", "remove", "create", "start", "wait", "logs", "stop", "remove"),
    ]


def test_a_second_one_of_the_same_name_is_left_to_whoever_made_it(engine, run):
    engine.fail["create"] = APIError("Conflict. The container name is already in use")
    tried = ending(run)
    assert tried.states()["end"] == ["up_for_retry", "success"]
    assert engine.calls[0].startswith("create") and engine.calls[1].startswith("create")


@pytest.mark.parametrize("call", ["attach", "start", "wait", "logs"])
@pytest.mark.parametrize("error", [APIError("504 Server Error"), ConnectionError("proxy restarted")])
def test_no_container_is_left_when_the_engine_stumbles(engine, run, call, error):
    engine.fail[call] = error
    tried = ending(run)
    assert tried.states()["end"] == ["up_for_retry", "success"]
    assert not engine.containers


@pytest.mark.parametrize("call", ["stop", "remove"])
def test_a_container_that_cannot_be_removed_does_not_spoil_the_result(engine, run, call):
    engine.fail[call] = ConnectionError("proxy restarted")
    assert ending(run).receipts["end"] == RECEIPT


def test_a_container_that_somebody_removed_is_no_trouble(engine, run):
    engine.fail["remove"] = NotFound("No such container")
    assert ending(run).states()["end"] == ["success"]


def test_a_stream_that_was_cut_changes_nothing(engine, run, monkeypatch):
    """Proxies cut the stream of a step that is quiet for long, or mix up its end."""
    monkeypatch.setattr(engine, "attach", lambda container, **_: iter([b'{"schema":"collecte.rec']))
    assert ending(run).receipts["end"] == RECEIPT


def test_under_compose_a_container_belongs_to_the_project(engine, run):
    engine.own_labels = {"com.docker.compose.project": "here"}
    ending(run)
    labels = engine.created[0].wanted["labels"]
    assert {name.removeprefix("com.docker.compose."): value for name, value in labels.items()} | {
        "collecte.task": ""
    } == {
        "project": "here",
        "service": "steps",
        "oneoff": "True",
        "config-hash": "steps",
        "collecte.task": "",
    }
    engine.own_labels = {}
    ending(run)
    assert list(engine.created[-1].wanted["labels"]) == ["collecte.task"]
