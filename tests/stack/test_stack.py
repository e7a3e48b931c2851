"""The demonstration, what may happen to it, and the real stack, on a real engine."""

import hashlib
import json
import time
from datetime import date, timedelta

import pytest

from stack import STEPS_IMAGE, TOP, Stack, docker, step_containers, until

OFFERS = "offres_quotidien"
TASK = "collect_offers"
COG_CARTO = "ADMIN-EXPRESS-COG-CARTO"
LAYERS = ("REGION", "DEPARTEMENT", "COMMUNE", "ARRONDISSEMENT_MUNICIPAL")


def offers_are_the_truth(stack, day):
    """The day's file holds each offer once, byte for byte as the sandbox has it; returns its log."""
    text = stack.read(f"/donnees_brutes/offre_emploi/offres-{day}.json")
    lines = [line.rstrip(b",") for line in text.splitlines() if line.startswith(b"{")]
    truth = [json.loads(line) for line in stack.sandbox(f"/_sandbox/truth?date={day}&bodies=false").splitlines()]
    assert len(lines) == len(truth) > 4000
    assert {hashlib.sha256(line).hexdigest() for line in lines} == {life["versions"][-1] for life in truth}
    log = json.loads(stack.read(f"/donnees_brutes/offre_emploi/offres-{day}.log"))
    assert log["preuve"]["sha256"] == hashlib.sha256(text).hexdigest()
    return log


def journal(stack, day):
    return stack.read(f"/donnees_brutes/offre_emploi/.offres-{day}.journal")


def start_and_hang(stack, day):
    """A run that has some pages in its journal, and whose next answers never come."""
    stack.hang_after(searches=15)
    run_id = stack.trigger(OFFERS, date=str(day))
    until(f"a journal of {day} with pages", lambda: len(journal(stack, day) or b"") > 100_000)
    return run_id


def days_ago(days):
    return date.today() - timedelta(days=days)


def test_the_first_run_is_green_about_a_minute_after_up_without_a_trigger(demonstration):
    until("an answer of Airflow", demonstration.answers)

    def green():
        return [run for run in demonstration.runs(OFFERS) if run["state"] == "success"]

    # DAGs come a moment after the page.
    until("the DAG", lambda: OFFERS in {dag["dag_id"] for dag in demonstration.api("/api/v2/dags")["dags"]})
    first = until("a green run", green)[0]
    took = time.monotonic() - demonstration.started
    print(f"green {took:.0f} s after `up`")
    assert (first["run_type"], len(demonstration.runs(OFFERS))) == ("scheduled", 1)
    assert demonstration.ended(OFFERS, first["dag_run_id"]) == {TASK: ("success", 1)}
    assert took < 180


def test_the_page_says_that_it_is_the_demonstration_and_no_dag_waits(demonstration):
    assert "démonstration" in demonstration.api("/ui/config")["instance_name"]
    assert demonstration.api("/api/v2/importErrors")["total_entries"] == 0
    paused = {dag["dag_id"]: dag["is_paused"] for dag in demonstration.api("/api/v2/dags")["dags"]}
    assert {OFFERS, "cog_carto", "rome", "referentiels", "sirene", "naf"} <= paused.keys()
    assert not any(paused.values()), paused


def test_the_file_in_the_volume_is_the_sandboxs_truth_and_the_receipt_says_so(demonstration):
    run_id = demonstration.runs(OFFERS)[0]["dag_run_id"]
    receipt = demonstration.receipt(OFFERS, run_id, TASK)
    assert receipt["schema"] == "collecte.receipt/1"
    log = offers_are_the_truth(demonstration, receipt["date"])
    assert receipt["sha256"] == log["preuve"]["sha256"]
    assert receipt["path"] == f"/donnees_brutes/offre_emploi/offres-{receipt['date']}.json"
    owner = docker("run", "--rm", "--volume", "collecte_demo:/d", STEPS_IMAGE, "stat", "-c", "%u:%g %a", "/d", "/d/offre_emploi")
    assert owner.split("\n")[0] == "1000:0 2775" and owner.split("\n")[1].startswith("1000:0 ")


def test_cog_carto_triggered_through_the_api_is_green_and_its_files_are_those_published(demonstration):
    run_id = demonstration.trigger("cog_carto")
    assert demonstration.ended("cog_carto", run_id) == {
        task: ("success", 1) for task in ("download", "extract", "locate_shapefiles")
    }
    archive = demonstration.receipt("cog_carto", run_id, "download")["path"]
    edition = archive.rsplit("/", 1)[1].removesuffix(".7z")
    published = demonstration.sandbox(f"/telechargement/download/{COG_CARTO}/{edition}/{edition}.7z")
    assert demonstration.read(archive) == published
    folder = demonstration.receipt("cog_carto", run_id, "locate_shapefiles")["path"]
    for layer in LAYERS:
        shapes, index = (demonstration.read(f"{folder}/{layer}.{kind}") for kind in ("shp", "shx"))
        # Both begin with their code, and say their own length in words of 16 bits.
        for content in (shapes, index):
            assert int.from_bytes(content[:4], "big") == 9994
            assert int.from_bytes(content[24:28], "big") * 2 == len(content)


@pytest.mark.parametrize("dag", ["rome", "referentiels", "naf", "sirene"])
def test_no_run_of_the_demonstration_is_red(demonstration, dag):
    demonstration.trigger(dag)
    # Some have a run that nobody asked for, too.
    for run in demonstration.runs(dag):
        states = demonstration.ended(dag, run["dag_run_id"])
        assert {state for state, _ in states.values()} <= {"success", "skipped"}, states


def test_no_secret_is_in_the_database_or_in_the_logs(demonstration):
    secret = "cle-inventee-2f9a61"
    demonstration.compose(
        "exec", "-T", "postgres", "sh", "-c", f"! PGPASSWORD=airflow pg_dump -h 127.0.0.1 -U airflow airflow | grep {secret}"
    )
    demonstration.compose("exec", "-T", "scheduler", "sh", "-c", f"! grep -r {secret} /opt/airflow/logs")


def test_the_proxy_hands_on_what_the_operator_calls_and_nothing_else(demonstration):
    script = """
import http.client, json, sys
for line in sys.stdin:
    method, path = line.split()
    engine = http.client.HTTPConnection("engine", 2375, timeout=10)
    engine.putrequest(method, path, skip_host=False); engine.endheaders()
    print(method, path, engine.getresponse().status)
"""
    allowed = ["GET /_ping", "GET /v1.41/version", "GET /images/json", "GET /containers/none/json"]
    allowed += ["POST /containers/none/stop", "DELETE /v1.41/containers/none"]
    refused = ["GET /containers/json", "GET /info", "GET /volumes", "GET /events", "POST /build", "POST /images/create"]
    refused += ["POST /containers/none/exec", "POST /containers/none/kill", "POST /containers/none/update"]
    refused += ["PUT /containers/none/archive", "GET /containers/none/export", "DELETE /volumes/collecte_demo"]
    refused += ["GET /containers/../info", "GET /containers/%2e%2e/json", "GET /x/../info", "POST /v1.41//build"]
    refused += ["DELETE /containers/none/json", "POST /containers/prune", "GET /images/json/../../info"]
    command = ["exec", "-T", "scheduler", "python3", "-c", script.replace("sys.stdin", repr(allowed + refused))]
    answers = dict(line.rsplit(" ", 1) for line in demonstration.compose(*command).stdout.splitlines())
    assert {call: answers[call] for call in refused} == {call: "403" for call in refused}
    assert all(answers[call] in ("200", "404") for call in allowed), answers


def test_a_step_cannot_reach_the_engine(demonstration):
    reach = "exec 3<>/dev/tcp/engine/2375"
    ended = docker("run", "--rm", "--network", "collecte_demo", STEPS_IMAGE, "bash", "-c", f"{reach} || echo refused")
    assert ended == "refused"


def test_a_task_marked_failed_stops_by_sigterm_and_its_retry_resumes(demonstration, containers):
    day = days_ago(10)
    run_id = start_and_hang(demonstration, day)
    task = f"/api/v2/dags/{OFFERS}/dagRuns/{run_id}/taskInstances/{TASK}"
    demonstration.api(task, {"new_state": "failed"}, method="PATCH")
    until("the container's end", lambda: [event for event in containers.of(run_id) if event[0] == "destroy"], 60)
    ended = [(action, detail) for action, _, detail in containers.of(run_id) if action in ("kill", "die", "destroy")]
    assert ended == [("kill", "15"), ("die", "143"), ("destroy", None)]
    assert demonstration.read(f"/donnees_brutes/offre_emploi/offres-{day}.json") is None
    kept = journal(demonstration, day)
    assert kept

    demonstration.hang_no_more()
    clear = {"dry_run": False, "dag_run_id": run_id, "task_ids": [TASK], "only_failed": True, "reset_dag_runs": True}
    demonstration.api(f"/api/v2/dags/{OFFERS}/clearTaskInstances", clear)
    assert demonstration.ended(OFFERS, run_id)[TASK][0] == "success"
    assert offers_are_the_truth(demonstration, day)["preuve"]["executions"] == 2
    assert journal(demonstration, day) is None
    assert containers.most_at_once(run_id) == 1


def test_a_scheduler_killed_mid_task_never_leads_to_two_containers_of_one_task(demonstration, containers):
    day = days_ago(11)
    run_id = start_and_hang(demonstration, day)
    demonstration.compose("kill", "scheduler")
    assert len(step_containers()) == 1, "the step goes on without its scheduler"
    demonstration.compose("start", "scheduler")

    def starts():
        return [container for action, container, _ in containers.of(run_id) if action == "start"]

    until("a second container", lambda: len(starts()) > 1)
    demonstration.hang_no_more()
    assert demonstration.ended(OFFERS, run_id)[TASK][0] == "success"
    assert containers.most_at_once(run_id) == 1
    assert len(starts()) == 2
    assert offers_are_the_truth(demonstration, day)["preuve"]["executions"] == 2
    assert step_containers() == []


def test_down_in_the_middle_of_a_task_stops_the_step_and_keeps_its_journal(demonstration, containers):
    day = days_ago(12)
    run_id = start_and_hang(demonstration, day)
    demonstration.down()
    assert step_containers() == []
    ended = [(action, detail) for action, _, detail in containers.of(run_id) if action in ("kill", "die", "destroy")]
    assert ended == [("kill", "15"), ("die", "143"), ("destroy", None)]
    assert docker("network", "ls", "--quiet", "--filter", "name=^collecte_demo$") == ""
    assert journal(demonstration, day)

    # The task is taken up where it was left.
    demonstration.up()
    until("an answer of Airflow", demonstration.answers)
    assert demonstration.ended(OFFERS, run_id)[TASK][0] == "success"
    assert offers_are_the_truth(demonstration, day)["preuve"]["executions"] == 2


def test_a_mixture_of_invented_and_real_is_refused(demonstration):
    real = {"FRANCE_TRAVAIL_API_URL": "https://api.francetravail.io"}
    for extra in (real, {"STEPS_VOLUME": "collecte_demo", **real}):
        ended = demonstration.compose("run", "--rm", "steps", extra=extra, check=False)
        assert ended.returncode == 2 and "would share the volume" in ended.stderr + ended.stdout, ended


def test_with_env_everything_is_real_and_waits(demonstration):
    demonstration.down("--volumes")
    stack = Stack("collecte_donnees_brutes", "collecte", env_file=str(TOP / ".env.example"))
    try:
        stack.up()
        until("an answer of Airflow", stack.answers)
        until("the DAGs", lambda: len(stack.api("/api/v2/dags")["dags"]) >= 6)
        dags = stack.api("/api/v2/dags")["dags"]
        assert all(dag["is_paused"] for dag in dags), dags
        assert all(stack.runs(dag["dag_id"]) == [] for dag in dags)
        assert stack.api("/ui/config")["instance_name"] == "collecte"
        assert stack.compose("ps", "--all", "--quiet", "sandbox").stdout == ""
        settings = stack.compose("config").stdout
        assert "sandbox:8080" not in settings and "inventee" not in settings and "sandbox_b7d1f0c4" not in settings
        names = set(docker("volume", "ls", "--format", "{{.Name}}").split())
        assert {"collecte_donnees_brutes", "collecte_postgres", "collecte_logs"} <= names
        assert not {name for name in names if name.startswith("collecte_demo")}
    finally:
        stack.down("--volumes")
