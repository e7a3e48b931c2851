"""Every job offer that France Travail published on each of the last days, proven complete.

Trigger it with `date` for one other day, or with `days` for more of them. What is there already, and right, is left alone
and costs no request; a day that could not be completed is gone on with. So a machine that was off for some nights misses
none of them. Files: `offre_emploi/offres-{date}.json`, and `.log` with the proof.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, Param, task

from france_travail import FRANCE_TRAVAIL
from steps import refuse_unknown, step_each

PARIS = "Europe/Paris"

# At 01:00 the day has been over for an hour. That hour comes once every day: 02:00 is left out or comes twice when
# the clocks change. Intervals, not bare moments: a run knows which day it is for, whenever it runs.
EVERY_NIGHT = CronDataIntervalTimetable("0 1 * * *", timezone=PARIS)

# A long week-end without a machine is made up for; a day is asked for no longer than the service can be trusted to have it.
LAST_DAYS = 3


@task(execution_timeout=timedelta(minutes=5), retries=6, retry_delay=timedelta(seconds=30))
def choose_days(dag_run, params, **context):
    """The day asked for, else those before the run, oldest first; a run by hand has neither interval nor logical date."""
    refuse_unknown(context | {"dag_run": dag_run})
    today = pendulum.instance(dag_run.data_interval_end or dag_run.run_after).in_timezone(PARIS)
    last = [today.subtract(days=ago).to_date_string() for ago in range(params["days"], 0, -1)]
    return [["collect-offers", "--date", day] for day in ([params["date"]] if params["date"] else last)]


with DAG(
    dag_id="offres_quotidien",
    schedule=EVERY_NIGHT,
    # A backfill of an earlier day would run no task, and be green.
    start_date=pendulum.datetime(2020, 1, 1, tz=PARIS),
    catchup=False,
    max_active_runs=1,
    # Over before the next one is due.
    dagrun_timeout=timedelta(hours=20),
    params={
        "date": Param(None, type=["null", "string"], format="date", description="Another day, alone: YYYY-MM-DD"),
        "days": Param(LAST_DAYS, type="integer", minimum=1, maximum=31, description="How many days before the run"),
    },
    tags=["france_travail"],
    doc_md=__doc__,
):
    step_each(
        "collect-offers",
        # Minutes, at ten calls a second; an hour or two when the service stumbles.
        timeout=timedelta(hours=4),
        map_index_template="{{ task.command[-1] }}",
        outlets=[Asset("offre_emploi")],
        **FRANCE_TRAVAIL,
    ).expand(command=choose_days())
