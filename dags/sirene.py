"""The stock of establishments (INSEE, SIRENE), as a CSV.

Skipped, both tasks, when the file of this month is there already.
Files: `sirene/etablissements_sirene_{YYYY-MM}.zip` and `sirene/StockEtablissement_utf8.csv`.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Asset, CronTriggerTimetable, Param

from steps import receipt_of, step

PARIS = "Europe/Paris"

# It appears on one of the first days of the month, at no fixed hour: the tries after the one that found it are skipped.
FIRST_DAYS_OF_THE_MONTH = CronTriggerTimetable("30 7,19 1-5 * *", timezone=PARIS)

with DAG(
    dag_id="sirene",
    schedule=FIRST_DAYS_OF_THE_MONTH,
    start_date=pendulum.datetime(2020, 1, 1, tz=PARIS),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=11),
    params={
        "month": Param(
            None,
            type=["null", "string"],
            pattern=r"^\d{4}-(0[1-9]|1[0-2])$",
            description="YYYY-MM; the source has the present one alone",
        )
    },
    tags=["references"],
    doc_md=__doc__,
):
    download = step(
        "download",
        "sirene",
        "{{ '--month=' ~ params.month if params.month else '' }}",
        "--skip-unchanged",
        # Over two gigabytes.
        timeout=timedelta(hours=6),
        variables=["SIRENE_URL"],
    )
    extract = step("extract", receipt_of(download), timeout=timedelta(hours=2), outlets=[Asset("sirene")])
    download >> extract
