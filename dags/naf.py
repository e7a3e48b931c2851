"""The NAF, INSEE's nomenclature of activities: each of its five levels, and all five in a row, as CSV files.

Files: the workbooks as published, `naf/naf.csv`, `naf/naf2008_5_niveaux.csv`, `naf/naf2008_liste_n1.csv` to `n5.csv`;
`naf/datapackage.json`, which says what they hold.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset

from steps import receipt_of, step

# Once, when it is switched on, since the table of offers needs it; the next nomenclature is for 2027.
ONCE = "@once"

with DAG(
    dag_id="naf",
    schedule=ONCE,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    tags=["references"],
    doc_md=__doc__,
):
    download = step("download", "naf", timeout=timedelta(minutes=30), variables=["NAF_URL"])
    convert_naf = step("convert-naf", receipt_of(download), timeout=timedelta(minutes=30), outlets=[Asset("naf")])
    download >> convert_naf
