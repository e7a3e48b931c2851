"""The daily run: which day it is for, whatever started it, and what becomes of it when the service has its ways."""

import hashlib
import os
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import HOME, load

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def stub(monkeypatch, tmp_path):
    """A step that only says that it is done: what counts is what it was asked."""
    program = tmp_path / "collect-offers"
    program.write_text('#!/bin/bash\necho \'{"schema":"collecte.receipt/1","path":"a"}\' > "$RECEIPT_FILE"\n')
    program.chmod(0o755)
    monkeypatch.setenv("STEPS_BIN", str(tmp_path))


def asked(tried):
    """The days, by their place: the scheduler takes the first one first, and this run in one process takes any."""
    assert set(tried.final.values()) == {"success"}
    mapped = sorted((one for one in tried if one.task == "collect_offers"), key=lambda one: one.map_index)
    commands = [one.command for one in mapped]
    assert all(command[:2] == ["collect-offers", "--date"] and len(command) == 3 for command in commands)
    return [command[2] for command in commands]


def last_days(last, days=3):
    """So many days, oldest first, up to the last."""
    last = datetime.fromisoformat(last)
    return [(last - timedelta(days=ago)).date().isoformat() for ago in reversed(range(days))]


def scheduled(moment):
    """A run as the scheduler makes it, when it looks at `moment`, on the Paris clock."""

    def create(dag, session):
        from airflow.timetables.base import TimeRestriction
        from airflow.utils.types import DagRunTriggeredByType, DagRunType

        start = datetime.combine(moment.date() - timedelta(days=3), datetime.min.time(), PARIS)
        info = last = None
        while (
            following := dag.timetable.next_dagrun_info(
                last_automated_data_interval=last, restriction=TimeRestriction(start, None, catchup=True)
            )
        ).run_after <= moment:
            info, last = following, following.data_interval
        return dag.create_dagrun(
            run_id=f"scheduled__{info.run_after.isoformat()}",
            logical_date=info.logical_date,
            data_interval=info.data_interval,
            run_after=info.run_after,
            run_type=DagRunType.SCHEDULED,
            triggered_by=DagRunTriggeredByType.TIMETABLE,
            state="running",
            session=session,
        )

    return create


@pytest.mark.parametrize(
    "night, day",
    [
        ("2026-07-30", "2026-07-29"),
        ("2026-01-15", "2026-01-14"),
        ("2026-01-01", "2025-12-31"),
        # The clocks go forward at 02:00 on the 29th: that day has 23 hours.
        ("2026-03-29", "2026-03-28"),
        ("2026-03-30", "2026-03-29"),
        ("2026-03-31", "2026-03-30"),
        # They go back at 03:00 on the 25th: that day has 25.
        ("2026-10-25", "2026-10-24"),
        ("2026-10-26", "2026-10-25"),
        ("2026-10-27", "2026-10-26"),
    ],
)
def test_each_night_is_for_the_days_before(stub, run, night, day):
    moment = datetime.fromisoformat(f"{night}T01:00").replace(tzinfo=PARIS)
    assert asked(run(load("offres_quotidien"), dag_run=scheduled(moment))) == last_days(day)


def test_a_minute_before_the_night_is_not_there_yet(stub, run):
    moment = datetime(2026, 7, 30, 0, 59, tzinfo=PARIS)
    assert asked(run(load("offres_quotidien"), dag_run=scheduled(moment))) == last_days("2026-07-28")


def test_a_night_comes_once_a_day_all_year(stub):
    from airflow.serialization.serialized_objects import DagSerialization
    from airflow.timetables.base import TimeRestriction

    timetable = DagSerialization.deserialize_dag(DagSerialization.serialize_dag(load("offres_quotidien"))).timetable
    start, nights, last = datetime(2026, 1, 1, tzinfo=PARIS), [], None
    while len(nights) < 365:
        restriction = TimeRestriction(start, None, catchup=True)
        info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        nights.append(info.run_after.astimezone(PARIS))
        last = info.data_interval
    assert {(night.hour, night.minute) for night in nights} == {(1, 0)}
    assert [night.date().toordinal() - nights[0].date().toordinal() for night in nights] == list(range(365))


@pytest.mark.parametrize(
    "moment, day",
    [
        ("2026-07-30T10:00+00:00", "2026-07-29"),
        # Past midnight in Paris, not yet in UTC.
        ("2026-07-29T22:30+00:00", "2026-07-29"),
        ("2026-07-29T21:30+00:00", "2026-07-28"),
        ("2026-01-14T23:30+00:00", "2026-01-14"),
        # The hour that comes twice.
        ("2026-10-25T00:30+00:00", "2026-10-24"),
        ("2026-10-25T01:30+00:00", "2026-10-24"),
    ],
)
def test_a_run_by_hand_is_for_the_days_before_too(stub, run, moment, day):
    """It has neither logical date nor interval; runs that an asset starts have none either."""
    tried = run(load("offres_quotidien"), run_after=datetime.fromisoformat(moment))
    assert asked(tried) == last_days(day)


def test_a_run_by_hand_with_a_logical_date_is_for_the_days_before_it(stub, run):
    tried = run(load("offres_quotidien"), logical_date=datetime(2026, 7, 30, 8, tzinfo=UTC))
    assert asked(tried) == last_days("2026-07-29")


def test_a_run_can_be_told_its_day_which_it_is_for_alone(stub, run):
    assert asked(run(load("offres_quotidien"), conf={"date": "2024-02-29"})) == ["2024-02-29"]
    assert asked(run(load("offres_quotidien"), conf={"date": "2024-02-29", "days": 9})) == ["2024-02-29"]


@pytest.mark.parametrize("days", [1, 7, 31])
def test_a_run_can_be_told_how_many_days(stub, run, days):
    tried = run(load("offres_quotidien"), conf={"days": days}, run_after=datetime(2026, 3, 10, 12, tzinfo=UTC))
    assert asked(tried) == last_days("2026-03-09", days)


@pytest.mark.parametrize("days", [0, -1, 32, "3", 1.5])
def test_days_that_are_none_are_refused(stub, run, days):
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises((ParamValidationError, ValueError)):
        run(load("offres_quotidien"), conf={"days": days})


def test_the_tasks_of_a_run_share_the_one_slot_oldest_first():
    """The scheduler takes those of a pool by weight, then by run, then by their place among the mapped."""
    task = load("offres_quotidien").get_task("collect_offers")
    assert task.is_mapped and task.pool == "france_travail" and task.priority_weight == 1


@pytest.mark.parametrize("date", ["2024-02-30", "29/02/2024", "hier", 20240229])
def test_a_day_that_is_none_is_refused(stub, run, date):
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises((ParamValidationError, ValueError)):
        run(load("offres_quotidien"), conf={"date": date})


def test_a_backfill_makes_the_days_asked_for(stub, run):
    days = ["2026-07-01", "2026-07-02", "2026-07-03"]
    assert backfill(run, "2026-07-01T00:00:00+02:00", "2026-07-03T23:59:00+02:00") == days


def test_a_backfill_of_bare_dates_loses_the_first_one(stub, run):
    """They are midnights in UTC: why the README says to type the hours."""
    assert backfill(run, "2026-06-01T00:00:00+00:00", "2026-06-03T00:00:00+00:00") == ["2026-06-02", "2026-06-03"]


def backfill(run, first, last):
    from airflow.models.backfill import BackfillDagRun, _create_backfill
    from airflow.models.dagrun import DagRun
    from airflow.utils.session import create_session
    from sqlalchemy import select, update

    dag = load("offres_quotidien")
    run(dag, conf={"date": "2026-01-01"})
    made = _create_backfill(
        dag_id=dag.dag_id,
        from_date=datetime.fromisoformat(first),
        to_date=datetime.fromisoformat(last),
        max_active_runs=1,
        reverse=False,
        # Else each run would cover the days before it as well.
        dag_run_conf={"days": 1},
        triggering_user_name="test",
    )
    with create_session() as session:
        links = (
            select(BackfillDagRun.dag_run_id)
            .where(BackfillDagRun.backfill_id == made.id)
            .order_by(BackfillDagRun.sort_ordinal)
        )
        ids = list(session.scalars(links))
        session.execute(update(type(made)).where(type(made).id == made.id).values(completed_at=datetime.now(UTC)))

    def take(number):
        def get(dag, session):
            dag_run = session.get(DagRun, number)
            dag_run.dag = dag
            dag_run.state = "running"
            dag_run.start_date = datetime.now(UTC)
            return dag_run

        return get

    return [day for number in ids for day in asked(run(load("offres_quotidien"), dag_run=take(number)))]


def test_a_run_leaves_the_last_days_and_their_proofs(data, run):
    receipts = run(load("offres_quotidien")).receipts
    yesterday = (datetime.now(PARIS) - timedelta(days=1)).date().isoformat()
    for place, day in enumerate(last_days(yesterday)):
        receipt = receipts["collect_offers", place]
        assert receipt["path"] == str(data / f"offre_emploi/offres-{day}.json")
        assert hashlib.sha256(Path(receipt["path"]).read_bytes()).hexdigest() == receipt["sha256"]
        assert receipt["records"] > 300 and Path(receipt["log"]).exists()


def test_missed_days_are_made_up_for_and_those_that_are_there_cost_nothing(data, run):
    """A machine that was off for two nights asks for both days, and not again for the one it has."""
    yesterday = datetime.now(PARIS).date() - timedelta(days=1)
    run(load("offres_quotidien"), conf={"date": (yesterday - timedelta(days=2)).isoformat()})
    receipts = run(load("offres_quotidien")).receipts
    three = [receipts["collect_offers", place] for place in range(3)]
    assert [receipt["unchanged"] for receipt in three] == [True, False, False]
    assert three[0]["requests"] == 0 and three[1]["requests"] > 0


def test_a_day_that_fails_does_not_keep_the_next_ones_back(data, run):
    """Of a day that lies ahead there is nothing to collect; those before it are collected all the same."""
    tried = run(load("offres_quotidien"), run_after=datetime.now(UTC) + timedelta(days=1))
    assert sorted(one.state for one in tried if one.command) == ["failed", "success", "success"]


def test_a_refused_key_is_not_tried_again(sandbox, run):
    sandbox("--fault", "token-refused=1")
    tried = run(load("offres_quotidien"), conf={"days": 1})
    assert tried.states() == {"collect_offers": ["failed"]}
    message = tried.last("collect_offers").message
    assert "(exit code 77)" in message and "; hint: " in message


def test_a_day_that_is_not_over_is_not_tried_again(data, run):
    tried = run(load("offres_quotidien"), conf={"date": "2999-01-01"})
    assert tried.states() == {"collect_offers": ["failed"]}
    # What the step proposes besides, `--partial`, is nothing that this DAG has.
    assert tried.last("collect_offers").message == (
        "collect-offers: could not collect 2999-01-01: the day is not over in Paris; hint: wait until midnight in "
        "Paris (exit code 2)"
    )


def test_a_key_that_is_missing_is_not_tried_again(data, run, monkeypatch):
    monkeypatch.setenv("FRANCE_TRAVAIL_KEY", "")
    tried = run(load("offres_quotidien"), conf={"days": 1})
    assert tried.states() == {"collect_offers": ["failed"]}
    assert "`FRANCE_TRAVAIL_KEY` is not set" in tried.last("collect_offers").message


def test_a_run_that_is_stopped_is_gone_on_with(sandbox, run, monkeypatch, tmp_path):
    services = sandbox("--latency-ms", "400")
    monkeypatch.setenv("FRANCE_TRAVAIL_RATE", "2")
    before = signal.getsignal(signal.SIGTERM)
    folder = Path(os.environ["DONNEES_BRUTES"], "offre_emploi")

    def stop_once_something_is_gathered():
        while not any(journal.stat().st_size > 1_000 for journal in folder.glob(".*.journal")):
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=stop_once_something_is_gathered)
    thread.start()
    try:
        tried = run(load("offres_quotidien"), conf={"days": 1})
    finally:
        thread.join()
        signal.signal(signal.SIGTERM, before)
    assert services and tried.states() == {"collect_offers": ["up_for_retry", "success"]}
    stopped = next(one.message for one in tried if one.state == "up_for_retry")
    assert "stopped by SIGTERM" in stopped and "(exit code 143)" in stopped
    assert tried.receipts["collect_offers", 0]["records"] > 300
    assert not list(folder.glob(".*.journal"))


def test_no_secret_is_kept_anywhere(data, run, services, capfd):
    """Neither in the serialized DAGs, nor in the rest of the database, nor in what the tasks log."""
    run(load("offres_quotidien"), conf={"date": "2026-01-01"})
    run(load("rome"))
    secrets = [services.variables[name] for name in ("FRANCE_TRAVAIL_ID", "FRANCE_TRAVAIL_KEY")]
    told = "".join(capfd.readouterr()).encode()
    kept = b"".join(path.read_bytes() for path in Path(HOME.name).rglob("*") if path.is_file())
    assert b"offres_quotidien" in kept
    for secret in secrets:
        assert secret.encode() not in kept + told
