"""Public contracts brought into the regulatory format, and judged: a file a mapped task, each on its own.

Trigger it with `files`: paths in the volume, such as `/donnees_brutes/marches_2024.csv`. What is not valid makes the
validation of its own file red, and the others go on. Files, for each: `marches/STEM.json` with its report and findings,
and `marches/STEM.validation.json` with the verdict; beside each a page for people, `.html`.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, Param, task, task_group
from airflow.sdk.exceptions import AirflowFailException

from steps import refuse_unknown, step

# A file comes when its producer has it: when it is wanted.
BY_HAND = None

# The file of a mapped task, and the receipt of the task before it in the same row.
FILE = "{{ ti.xcom_pull(task_ids='choose_files', map_indexes=-1)[ti.map_index] }}"
CONVERTED = "{{ ti.xcom_pull(task_ids='convert_procurement', map_indexes=ti.map_index)['path'] }}"


@task(execution_timeout=timedelta(minutes=5), retries=6, retry_delay=timedelta(seconds=30))
def choose_files(dag_run, params, **context):
    """The files that were asked for, each once."""
    refuse_unknown(context | {"dag_run": dag_run})
    if not params["files"]:
        raise AirflowFailException("could not begin: `files` names none")
    return list(dict.fromkeys(params["files"]))


with DAG(
    dag_id="marches",
    schedule=BY_HAND,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    params={
        "files": Param(
            [], type="array", items={"type": "string", "pattern": "^[^-]"}, description="Paths of tables or contracts"
        )
    },
    tags=["procurement"],
    doc_md=__doc__,
):

    @task_group(prefix_group_id=False)
    def convert_and_validate(file):
        """Each file goes its own way: what one is told has no bearing on the others."""
        shown = {"timeout": timedelta(hours=1), "map_index_template": "{{ task.command[1] }}"}
        convert_procurement = step("convert-procurement", FILE, **shown)
        validate_procurement = step("validate-procurement", CONVERTED, outlets=[Asset("marches")], **shown)
        convert_procurement >> validate_procurement

    convert_and_validate.expand(file=choose_files())
