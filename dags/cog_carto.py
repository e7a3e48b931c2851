"""The outlines of communes, départements and so on (IGN, Admin Express COG carto), as shapefiles.

Trigger it with `edition` for another edition than that of `VERSION_COG_CARTO`.
Files: in `cog_carto` the delivery, under its own name, and what is in it; `cog_carto/{edition}/LAYER.shp` with its
companions.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, Param

from steps import receipt_of, step

# Once an edition, and there is one a year: when it is wanted.
BY_HAND = None

with DAG(
    dag_id="cog_carto",
    schedule=BY_HAND,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    params={"edition": Param(None, type=["null", "string"], format="date", description="Another edition: YYYY-MM-DD")},
    tags=["references"],
    doc_md=__doc__,
):
    download = step(
        "download",
        "cog-carto",
        "{{ '--edition=' ~ params.edition if params.edition else '' }}",
        # Some hundred megabytes.
        timeout=timedelta(hours=4),
        variables=["COG_CARTO_URL", "VERSION_COG_CARTO"],
    )
    extract = step("extract", receipt_of(download), timeout=timedelta(hours=1))
    locate_shapefiles = step(
        "locate-shapefiles",
        receipt_of(extract),
        "--edition",
        receipt_of(download, "edition"),
        timeout=timedelta(hours=1),
        outlets=[Asset("cog_carto")],
    )
    download >> extract >> locate_shapefiles
