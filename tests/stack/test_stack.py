"""The demonstration, what may happen to it, and the real stack, on a real engine."""

import hashlib
import json
import re
import time
from datetime import date, timedelta
from itertools import pairwise

import pytest

import foreign
from stack import STEPS_IMAGE, TOP, Stack, docker, step_containers, until

OFFERS = "offres_quotidien"
TASK = "collect_offers"
# Its first one, where a run is for one day.
ALONE = f"{TASK}[0]"
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
    # Each collection wakes the mirror, which would take those answers, and the place among those who ask.
    stack.rest("table_offres")
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
    assert demonstration.ended(OFFERS, first["dag_run_id"]) == {
        "choose_days": ("success", 1),
        **{f"{TASK}[{place}]": ("success", 1) for place in range(3)},
    }
    # Oldest first, one at a time.
    tasks = demonstration.tasks(OFFERS, first["dag_run_id"])
    three = [tasks[f"{TASK}[{place}]"] for place in range(3)]
    assert all(one["end_date"] <= next_one["start_date"] for one, next_one in pairwise(three))
    days = [demonstration.receipt(OFFERS, first["dag_run_id"], TASK, place)["date"] for place in range(3)]
    assert days == sorted(days) and date.fromisoformat(days[2]) - date.fromisoformat(days[0]) == timedelta(days=2)
    assert took < 180


def test_the_page_says_that_it_is_the_demonstration_and_no_dag_waits(demonstration):
    assert "démonstration" in demonstration.api("/ui/config")["instance_name"]
    assert demonstration.api("/api/v2/importErrors")["total_entries"] == 0
    paused = {dag["dag_id"]: dag["is_paused"] for dag in demonstration.api("/api/v2/dags")["dags"]}
    assert {OFFERS, "cog_carto", "rome", "referentiels", "sirene", "naf"} <= paused.keys()
    assert not any(paused.values()), paused


def test_the_file_in_the_volume_is_the_sandboxs_truth_and_the_receipt_says_so(demonstration):
    run_id = demonstration.runs(OFFERS)[0]["dag_run_id"]
    receipt = demonstration.receipt(OFFERS, run_id, TASK, place=2)
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


@pytest.mark.parametrize("dag", ["rome", "referentiels", "naf", "sirene", "moissonnage", "table_offres"])
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


def ask_the_proxy(stack, calls):
    """The status of each call, from where the operator asks."""
    script = f"""
import http.client
for call in {calls!r}:
    engine = http.client.HTTPConnection("engine", 2375, timeout=10)
    engine.putrequest(*call.split()); engine.endheaders()
    print(call, engine.getresponse().status)
"""
    told = stack.compose("exec", "-T", "scheduler", "python3", "-c", script).stdout
    return dict(line.rsplit(" ", 1) for line in told.splitlines())


def test_the_proxy_hands_on_what_the_operator_calls_and_nothing_else(demonstration):
    name = "collecte-0123456789abcdef"
    allowed = ["GET /_ping", "GET /v1.41/version", "GET /images/json", f"GET /containers/{name}/json"]
    allowed += [f"POST /containers/{name}/stop", f"DELETE /v1.41/containers/{name}"]
    refused = ["GET /containers/json", "GET /info", "GET /volumes", "GET /events", "POST /build", "POST /images/create"]
    refused += [f"POST /containers/{name}/exec", f"POST /containers/{name}/kill", f"POST /containers/{name}/update"]
    refused += [f"PUT /containers/{name}/archive", f"GET /containers/{name}/export", "DELETE /volumes/collecte_demo"]
    refused += ["GET /containers/../info", "GET /containers/%2e%2e/json", "GET /x/../info", "POST /v1.41//build"]
    refused += [f"DELETE /containers/{name}/json", "POST /containers/prune", "GET /images/json/../../info"]
    answers = ask_the_proxy(demonstration, allowed + refused)
    assert {call: answers[call] for call in refused} == {call: "403" for call in refused}
    assert all(answers[call] in ("200", "404") for call in allowed), answers


def test_only_containers_of_ours_can_be_made_read_stopped_or_removed(demonstration):
    """A name that the operator could give, and everything that is not quite one."""
    ours, others = "collecte-0123456789abcdef", docker("ps", "--quiet", "--no-trunc").split()[0]
    allowed = [f"POST /v1.41/containers/create?name={ours}", f"GET /containers/{ours}/json", f"DELETE /containers/{ours}"]
    allowed += ["GET /containers/collecte-scheduler/json", f"POST /containers/{ours}/stop"]
    refused = ["POST /containers/create", "POST /containers/create?name=other", f"POST /containers/create?name={ours}x"]
    refused += [f"POST /containers/create?name=other&name={ours}", f"POST /containers/create?Name={ours}"]
    refused += [f"POST /containers/create?name={ours};name=other", f"POST /containers/create?name={ours}&name=other"]
    for container in (others, others[:12], "collecte-scheduler", "collecte-test-postgres-1", "collecte-0123456789abcdeF"):
        refused += [f"POST /containers/{container}/{verb}" for verb in ("start", "stop", "wait", "attach")]
        refused += [f"DELETE /containers/{container}", f"GET /containers/{container}/logs"]
    refused += [f"GET /containers/{others}/json", f"GET /containers/{others[:12]}/json"]
    answers = ask_the_proxy(demonstration, allowed + refused)
    assert {call: answers[call] for call in refused} == {call: "403" for call in refused}
    # The engine itself answers: a container without an image it refuses, another it does not know.
    assert all(answers[call] in ("200", "204", "400", "404", "500") for call in allowed), answers


def test_the_proxy_is_not_root_and_has_no_capabilities(demonstration):
    status = demonstration.compose("exec", "-T", "engine", "cat", "/proc/1/status").stdout
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in told["Uid"].split(), told["Uid"]
    assert int(told["CapEff"], 16) == int(told["CapPrm"], 16) == 0
    assert told["NoNewPrivs"] == "1"


def test_a_page_elsewhere_cannot_ask_under_a_name_of_its_own(demonstration):
    """DNS rebinding: the name leads to the loopback, and the browser sends it along."""
    for host, status in {
        "127.0.0.1:8080": 200,
        "localhost": 200,
        "attacker.example": 400,
        "attacker.example:8080": 400,
        "127.0.0.1.attacker.example": 400,
        "localhost.attacker.example": 400,
    }.items():
        for path in ("/api/v2/dags", "/", "/api/v2/monitor/health"):
            assert demonstration.status(path, host) == status, (host, path)


def test_every_service_is_confined(demonstration):
    for container in demonstration.compose("ps", "--all", "--quiet").stdout.split():
        told = json.loads(docker("inspect", container))[0]
        host, name = told["HostConfig"], told["Name"]
        assert host["CapDrop"] == ["ALL"] and "no-new-privileges:true" in host["SecurityOpt"], name
        assert host["ReadonlyRootfs"] and host["Memory"] > 0 and host["PidsLimit"] > 0, name


def test_the_demonstration_takes_no_credentials_from_the_shell(demonstration):
    held = {"FRANCE_TRAVAIL_ID": "id-held-by-the-shell", "FRANCE_TRAVAIL_KEY": "key-held-by-the-shell"}
    settings = demonstration.compose("config", extra=held).stdout
    assert "held-by-the-shell" not in settings and "PAR_sandbox_b7d1f0c4" in settings


def test_a_failed_task_says_why_in_one_line_before_any_traceback(demonstration):
    run_id = demonstration.trigger(OFFERS, date="2999-01-01")
    assert demonstration.ended(OFFERS, run_id)[ALONE] == ("failed", 1)
    task = demonstration.tasks(OFFERS, run_id)[ALONE]
    errors = [json.loads(line) for line in demonstration.errors(OFFERS, run_id, task)]
    assert errors[0]["event"] == (
        "collect-offers: could not collect 2999-01-01: the day is not over in Paris; hint: wait until midnight in Paris "
        "(exit code 2)"
    )
    assert not errors[0].get("error_detail")


def test_a_key_that_the_dag_does_not_have_is_refused(demonstration):
    run_id = demonstration.trigger(OFFERS, jour="2026-01-01")
    states = demonstration.ended(OFFERS, run_id)
    assert states["choose_days"] == ("failed", 1)


def test_a_step_cannot_reach_the_engine(demonstration):
    reach = "exec 3<>/dev/tcp/engine/2375"
    ended = docker("run", "--rm", "--network", "collecte_demo", STEPS_IMAGE, "bash", "-c", f"{reach} || echo refused")
    assert ended == "refused"


def test_a_task_marked_failed_stops_by_sigterm_and_its_retry_resumes(demonstration, containers):
    day = days_ago(10)
    run_id = start_and_hang(demonstration, day)
    task = f"/api/v2/dags/{OFFERS}/dagRuns/{run_id}/taskInstances/{TASK}/0"
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
    assert demonstration.ended(OFFERS, run_id)[ALONE][0] == "success"
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
    assert demonstration.ended(OFFERS, run_id)[ALONE][0] == "success"
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
    assert demonstration.ended(OFFERS, run_id)[ALONE][0] == "success"
    assert offers_are_the_truth(demonstration, day)["preuve"]["executions"] == 2


def test_a_mixture_of_invented_and_real_is_refused(demonstration):
    real = {"FRANCE_TRAVAIL_API_URL": "https://api.francetravail.io"}
    for extra in (real, {"STEPS_VOLUME": "collecte_demo", **real}):
        ended = demonstration.compose("run", "--rm", "steps", extra=extra, check=False)
        assert ended.returncode == 2 and "would share the volume" in ended.stderr + ended.stdout, ended


def test_credentials_and_services_belong_together(demonstration):
    """The sandbox's key never goes to the real service, nor a real one to the sandbox."""
    ended = demonstration.compose("run", "--rm", "steps", extra={"CREDENTIALS": ".env.example"}, check=False)
    assert ended.returncode == 2 and "not for" in ended.stderr + ended.stdout, ended
    stack = Stack("collecte_donnees_brutes", "collecte", env_file=str(TOP / ".env.example"))
    settings = stack.compose("config", extra={"CREDENTIALS": "dags/sandbox.env"}).stdout
    assert "dags/sandbox.env" in settings


@pytest.fixture(scope="module")
def real(demonstration):
    """The real stack, which nobody has given a key yet, in place of the demonstration."""
    demonstration.down("--volumes")
    stack = Stack("collecte_donnees_brutes", "collecte", env_file=str(TOP / ".env.example"))
    try:
        stack.up()
        until("an answer of Airflow", stack.answers)
        until("the DAGs", lambda: len(stack.api("/api/v2/dags")["dags"]) >= 6)
        yield stack
    finally:
        stack.down("--volumes")


def test_with_env_everything_is_real_and_waits(real):
    dags = real.api("/api/v2/dags")["dags"]
    assert all(dag["is_paused"] for dag in dags), dags
    assert all(real.runs(dag["dag_id"]) == [] for dag in dags)
    assert real.api("/ui/config")["instance_name"] == "collecte"
    assert real.compose("ps", "--all", "--quiet", "sandbox").stdout == ""
    settings = real.compose("config").stdout
    # The sandbox, of which none is started, keeps its own key.
    settings = re.sub(r"\n  sandbox:\n(    .*\n)+", "\n", settings)
    assert "sandbox:8080" not in settings and "inventee" not in settings and "sandbox_b7d1f0c4" not in settings
    names = set(docker("volume", "ls", "--format", "{{.Name}}").split())
    assert {"collecte_donnees_brutes", "collecte_postgres", "collecte_logs"} <= names
    assert not {name for name in names if name.startswith("collecte_demo")}


def test_a_step_reaches_a_service_behind_a_proxy_and_under_an_authority_of_ones_own(real, tmp_path):
    with foreign.service(real.network, tmp_path) as (certificate, proxy_log):
        address = "https://service.test"
        settings = {
            "FRANCE_TRAVAIL_AUTH_URL": f"{address}/connexion/oauth2/access_token?realm=%2Fpartenaire",
            "FRANCE_TRAVAIL_API_URL": address,
            "HTTPS_PROXY": "http://proxy:3128",
            "SSL_CERT_FILE": str(certificate),
            "CREDENTIALS": "dags/sandbox.env",
        }
        real.compose("up", "--detach", "--no-deps", "scheduler", extra=settings)
        real.api("/api/v2/dags/rome", {"is_paused": False}, method="PATCH")
        run_id = real.trigger("rome")
        assert real.ended("rome", run_id) == {"fetch_rome": ("success", 1)}
        assert "CONNECT service.test:443" in proxy_log()
