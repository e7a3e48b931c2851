"""The referentials of the job offers: the codes that offers use, with their labels.

Files: `referentiels/{name}.json`, sixteen of them, and `referentiels/datapackage.json`, which says what they hold.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset

from france_travail import FRANCE_TRAVAIL
from steps import step

# Once, when it is switched on, since the table of offers needs them; they change rarely and unannounced.
ONCE = "@once"

with DAG(
    dag_id="referentiels",
    schedule=ONCE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    tags=["france_travail"],
    doc_md=__doc__,
):
    step("fetch-referentials", timeout=timedelta(minutes=30), outlets=[Asset("referentiels")], **FRANCE_TRAVAIL)
