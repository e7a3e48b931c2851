"""One table of all offers, kept true: what has changed or was withdrawn since, the licence's article 7, a page of what there is.

After each run of `offres_quotidien`, whose days it takes as they are. It needs the ROME, the referentials and the NAF, which
the DAGs of these names fetch. Trigger it with `missing`, `unproven` to let days through that are not proven, and with
`max_requests` for more or less of the mirror. Files: the lake `offres/annee=/mois=/offres-{day}.parquet` with its report,
`offre_emploi/miroir-{date}.jsonl`, the days without what article 7 takes, `rapport-collecte.html`.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, Param

from france_travail import FRANCE_TRAVAIL
from steps import step

# The days that the daily run announces are all that is new.
AFTER_EACH_DAILY_RUN = [Asset("offre_emploi")]

# About ten minutes at ten calls a second, or the offers of a fortnight: the days checked longest ago come first.
MOST_REQUESTS = 5_000

with DAG(
    dag_id="table_offres",
    schedule=AFTER_EACH_DAILY_RUN,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    params={
        "max_requests": Param(MOST_REQUESTS, type="integer", minimum=0, description="Requests of the mirror at most"),
        "missing": Param("refuse", enum=["refuse", "allow"], description="Days of which there is nothing"),
        "unproven": Param("refuse", enum=["refuse", "skip", "keep"], description="Days that no log proves"),
    },
    tags=["france_travail"],
    doc_md=__doc__,
):
    mirror_offers = step(
        "mirror-offers",
        "--max-requests",
        "{{ params.max_requests }}",
        timeout=timedelta(hours=4),
        # Who waits longer for the slot of the key goes first: not this task for the sake of those behind it, which need what
        # `rome` and `referentiels` fetch when all are switched on at once.
        weight_rule="absolute",
        **FRANCE_TRAVAIL,
    )
    anonymise_offers = step("anonymise-offers", timeout=timedelta(hours=2))
    merge_offers = step(
        "merge-offers",
        "--missing",
        "{{ params.missing }}",
        "--unproven",
        "{{ params.unproven }}",
        timeout=timedelta(hours=4),
    )
    report_collection = step("report-collection", timeout=timedelta(hours=1), outlets=[Asset("offres")])
    mirror_offers >> anonymise_offers >> merge_offers >> report_collection
