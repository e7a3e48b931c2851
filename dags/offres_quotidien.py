"""Every job offer that France Travail published the day before, proven complete.

Trigger it with `date` for another day. What is there already, and right, is left alone; a day that could not be
completed is gone on with. Files: `offre_emploi/offres-{date}.json`, and `.log` with the proof.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, Param

from france_travail import FRANCE_TRAVAIL
from steps import step

PARIS = "Europe/Paris"

# At 01:00 the day has been over for an hour. That hour comes once every day: 02:00 is left out or comes twice when
# the clocks change. Intervals, not bare moments: a run knows which day it is for, whenever it runs.
EVERY_NIGHT = CronDataIntervalTimetable("0 1 * * *", timezone=PARIS)


def day(dag_run, params):
    """The day asked for, else the one before the run, in Paris; a run by hand has neither interval nor logical date."""
    moment = pendulum.instance(dag_run.data_interval_end or dag_run.run_after)
    return params["date"] or moment.in_timezone(PARIS).subtract(days=1).to_date_string()


with DAG(
    dag_id="offres_quotidien",
    schedule=EVERY_NIGHT,
    # A backfill of an earlier day would run no task, and be green.
    start_date=pendulum.datetime(2020, 1, 1, tz=PARIS),
    catchup=False,
    max_active_runs=1,
    # Over before the next one is due.
    dagrun_timeout=timedelta(hours=20),
    params={"date": Param(None, type=["null", "string"], format="date", description="Another day: YYYY-MM-DD")},
    user_defined_macros={"day": day},
    tags=["france_travail"],
    doc_md=__doc__,
):
    step(
        "collect-offers",
        "--date",
        "{{ day(dag_run, params) }}",
        # Minutes, at ten calls a second; an hour or two when the service stumbles.
        timeout=timedelta(hours=4),
        outlets=[Asset("offre_emploi")],
        **FRANCE_TRAVAIL,
    )
