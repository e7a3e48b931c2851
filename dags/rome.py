"""The ROME, France Travail's directory of métiers: its three levels, and all three in a row.

Files: `rome/grand_domaine.json`, `domaine_professionnel.json`, `metier.json`, `rome.csv`; `datapackage.json`,
which says what they hold, and `version.json`.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset

from france_travail import FRANCE_TRAVAIL
from steps import step

# Once, when it is switched on, since the table of offers needs it; then a few versions a year come at no fixed date.
ONCE = "@once"

with DAG(
    dag_id="rome",
    schedule=ONCE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    tags=["france_travail"],
    doc_md=__doc__,
):
    step(
        "fetch-rome",
        # The ROME allows one call a second, whatever FRANCE_TRAVAIL_RATE says of the offers.
        "--rate",
        "1",
        timeout=timedelta(minutes=30),
        outlets=[Asset("rome")],
        **FRANCE_TRAVAIL,
    )
