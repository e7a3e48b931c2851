"""What Airflow makes of each way in which a step can end, with and without an engine."""

import logging
import os
import signal
import threading
import time

import pytest
import steps
from conftest import BUNDLE, load, spec
from engine import Engine
from scripts import LONG, RECEIPT, write_scripts


LOG = logging.getLogger("test")


@pytest.fixture(params=["local", "docker"])
def scripts(request, monkeypatch, tmp_path):
    """A folder of scripts in place of steps, run by one operator and then by the other."""
    folder = tmp_path / "scripts"
    folder.mkdir()
    write_scripts(folder)
    monkeypatch.setenv("STEPS_RUNNER", request.param)
    monkeypatch.setenv("STEPS_BIN", str(folder))
    engine = Engine(folder)
    monkeypatch.setattr(steps.DockerStep, "cli", engine)
    yield folder
    assert not engine.containers, "a container was left"


def ending(run, how):
    return run(load("ending", BUNDLE), conf={"how": how})


def test_the_table_is_that_of_the_executables():
    table = {entry["code"]: entry["retry"] for entry in spec("collect-offers")["exit_codes"]}
    assert steps.NEVER_AGAIN == {code for code, retry in table.items() if retry == "no"}
    assert {steps.NOTHING_NEW} == {code for code, retry in table.items() if retry == "skip"}


def test_each_exit_code_fails_for_good_or_is_tried_again_or_skips(scripts, run):
    dag = load("endings", BUNDLE)
    tried = run(dag)
    table = {entry["code"]: entry["retry"] for entry in spec("collect-offers")["exit_codes"]}
    again = ["up_for_retry", "up_for_retry", "failed"]
    expected = {None: ["success"], "skip": ["skipped"], "no": ["failed"], "yes": again}
    commands = dag.get_task("end").expand_input.value["command"]
    assert {code for _, code in commands} >= {str(code) for code in table}
    for index, (_, how) in enumerate(commands):
        states = [one.state for one in tried if one.map_index == index]
        # What is not in the table, and a step that was killed, may do better another time.
        assert states == expected[table.get(int(how), "yes") if how.isdigit() else "yes"], how
    assert tried.receipts["end", 0] == RECEIPT
    assert [one.message for one in tried if one.map_index == commands.index(["end", "KILL"])][
        0
    ] == "end: starting (exit code 137)"


def test_a_failure_is_what_the_step_said_last(scripts, run):
    assert ending(run, "77").last("end").message == "end: could not end: é; hint: wait (exit code 77)"
    # Airflow logs why a task was skipped, and forgets it.
    skipped = steps.failure(LOG, "end", 99, '{"message":"nothing new: all is there"}')
    assert str(skipped) == "end: nothing new: all is there"


def test_lines_of_others_after_the_last_note_do_not_hide_it():
    stderr = '{"level":"ERROR","message":"could not end","hint":"try again"}\nwarning: of a library\n[1, 2]\n\n'
    assert str(steps.failure(LOG, "end", 69, stderr)) == "end: could not end; hint: try again (exit code 69)"
    assert str(steps.failure(LOG, "end", 127, "bash: end: not found\n")) == "end: bash: end: not found (exit code 127)"
    assert str(steps.failure(LOG, "end", 1, "")) == "end: it left no word (exit code 1)"


@pytest.fixture
def told(scripts, monkeypatch):
    """What the operators write in the log of a task, with its level."""
    records = []
    logger = logging.Logger("task")
    handler = logging.Handler()
    handler.emit = lambda record: records.append((record.levelname, record.getMessage()))
    logger.addHandler(handler)
    for operator in (steps.LocalStep, steps.DockerStep):
        monkeypatch.setattr(operator, "log", logger)
    return records


def test_one_line_says_as_an_error_what_failed_why_and_what_to_do(told, run):
    ending(run, "77")
    errors = [text for level, text in told if level == "ERROR"]
    assert errors == ["end: could not end: é; hint: wait (exit code 77)"]


def test_the_levels_of_the_step_are_those_of_the_log(told, run):
    ending(run, "chatty")
    levels = {text: level for level, text in told}
    assert levels["a detail"] == "DEBUG" and levels["starting"] == "INFO" and levels["plain"] == "INFO"
    assert levels['not so well {"file": "é"}'] == "WARNING"


def test_a_hint_names_what_the_dag_has():
    hint = "wait until midnight in Paris, or collect what there is with `--partial`"
    assert steps.in_words_of_the_dag(hint, {"date"}) == "wait until midnight in Paris"
    assert steps.in_words_of_the_dag("give another day with `--date`", {"date"}) == "give another day with `date`"
    assert steps.in_words_of_the_dag("see `--max-bytes`", {"max_bytes"}) == "see `max_bytes`"
    assert steps.in_words_of_the_dag("see `--max-bytes`", {"date"}) == ""
    assert steps.in_words_of_the_dag("set `FRANCE_TRAVAIL_KEY`", ()) == "set `FRANCE_TRAVAIL_KEY`"


def test_a_step_that_is_not_there_is_not_tried_again(run, monkeypatch, tmp_path):
    monkeypatch.setenv("STEPS_RUNNER", "local")
    monkeypatch.setenv("STEPS_BIN", str(tmp_path / "nowhere"))
    tried = ending(run, "0")
    assert tried.states()["end"] == ["failed"] and "could not start" in tried[0].message


def test_proxies_and_authorities_go_to_every_step(scripts, run, monkeypatch):
    given = {"HTTPS_PROXY": "http://proxy:3128", "no_proxy": "a,b", "SSL_CERT_FILE": "/etc/hosts", "SSL_CERT_DIR": "/etc"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ending(run, "0")
    env = dict(line.split("=", 1) for line in (scripts / "env").read_text().splitlines())
    assert (env["HTTPS_PROXY"], env["no_proxy"]) == ("http://proxy:3128", "a,b")
    # In a container they are where they were mounted.
    places = given if os.environ["STEPS_RUNNER"] == "local" else steps.AUTHORITIES
    assert {name: env[name] for name in steps.AUTHORITIES} == {name: places[name] for name in steps.AUTHORITIES}


def test_a_failure_without_a_note_is_told_all_the_same(scripts, run):
    assert ending(run, "mute").last("end").message == "end: starting (exit code 1)"
    assert ending(run, "silent").last("end").message == "end ended with 0 but left no receipt"


def test_what_follows_is_skipped_or_never_runs(scripts, run):
    assert ending(run, "99").final == {"end": "skipped", "follow": "skipped"}
    assert ending(run, "65").final == {"end": "failed", "follow": "upstream_failed"}


def test_a_remote_that_asks_for_time_gets_it(scripts, run):
    assert [one.retry_delay_s for one in ending(run, "later") if one.task == "end"] == [1, 1, None]
    assert ending(run, "69")[0].retry_delay_s is None


@pytest.mark.parametrize("how, receipt", [("0", RECEIPT), ("long", LONG)])
def test_a_receipt_survives_accents_length_and_notes_around_it(scripts, run, how, receipt):
    tried = ending(run, how)
    assert tried.states() == {"end": ["success"], "follow": ["success"]}
    assert tried.receipts["end"] == receipt


def test_arguments_reach_the_step_as_they_are(scripts, run):
    ending(run, "0")
    followed = (scripts / "followed").read_text().rstrip("\0").split("\0")
    assert followed == [RECEIPT["path"], RECEIPT["commune"], "; echo $(id) > no-shell"]


def test_a_step_gets_what_is_named_and_nothing_else(scripts, run, monkeypatch, tmp_path):
    (tmp_path / "filed").write_text("filed-secret\n")
    given = {"END_ADDRESS": "http://a", "END_EMPTY": "", "END_SECRET": "s3cret-éà", "FRANCE_TRAVAIL_KEY": "not-for-it"}
    for name, value in (given | {"END_FILED_FILE": str(tmp_path / "filed")}).items():
        monkeypatch.setenv(name, value)
    ending(run, "0")
    env = dict(line.split("=", 1) for line in (scripts / "env").read_text().splitlines())
    assert (env["END_ADDRESS"], env["END_SECRET"], env["END_FILED"]) == ("http://a", "s3cret-éà", "filed-secret")
    added_by_bash = {"PWD", "SHLVL", "_"}
    own = env.keys() - {*steps.LocalStep.NEEDED, "RECEIPT_FILE"} - added_by_bash
    assert own == {"END_ADDRESS", "END_SECRET", "END_FILED", "DONNEES_BRUTES"}


def test_the_events_of_an_asset_say_what_was_written(scripts, run):
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    ending(run, "0")
    with create_session() as session:
        newest = session.scalars(select(AssetEvent).order_by(AssetEvent.id.desc())).first()
        assert newest.extra == RECEIPT


def test_a_task_that_is_stopped_stops_its_step_and_tries_again(scripts, run):
    """Airflow sends SIGTERM to the process of a task that is marked as failed, cleared, or whose worker ends."""
    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=stop_once_waiting, args=(scripts,))
    thread.start()
    try:
        tried = ending(run, "wait")
    finally:
        thread.join()
        signal.signal(signal.SIGTERM, before)
    # The second try ends by itself: it sees that the first was stopped.
    assert tried.states()["end"] == ["up_for_retry", "failed"]
    assert tried[0].message == "end: stopped by SIGTERM (exit code 143)"


def stop_once_waiting(scripts):
    while not (scripts / "waiting").exists():
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGTERM)


def test_a_task_that_takes_too_long_stops_its_step_and_tries_again(scripts, run):
    from datetime import timedelta

    dag = load("ending", BUNDLE)
    # The second try must have the time to end by itself, on a machine that has much to do.
    dag.get_task("end").execution_timeout = timedelta(seconds=4)
    tried = run(dag, conf={"how": "wait"})
    assert tried.states()["end"] == ["up_for_retry", "failed"]
    assert type(tried[0].error).__name__ == "AirflowTaskTimeout"
    assert (scripts / "stopped").read_text() == "stopped\n"
