"""Contributions to data·inclusion: assessed, mapped where a mapping is there, judged, compared; a file a mapped task.

Trigger it with `files`: paths in the volume, such as `/donnees_brutes/lieux.csv`. Where `lieux.mapping.toml` stands beside
it, the file is mapped by it, and what was mapped is judged; else the file itself is. What is not valid makes the validation
of its own file red, and the others go on. Files, for each: `lieux.assessment.json`, `lieux.structures.json` or
`lieux.services.json` with its report, one that ends with `.validation.json`, and of valid structures one that ends with
`.comparison.json`: duplicates and links inside the file; beside each a page for people, `.html`.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, Param, TriggerRule, task, task_group
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from steps import refuse_unknown, step

# A file comes when its producer has it: when it is wanted.
BY_HAND = None

# Of the same row: the file, the mapping that was seen beside it, and what came of the two, if there were two.
FILE = "{{ ti.xcom_pull(task_ids='choose_files', map_indexes=-1)[ti.map_index] }}"
MAPPING = "{{ ti.xcom_pull(task_ids='assess_contribution', map_indexes=ti.map_index).get('mapping', '') }}"
MAPPED = (
    "{{ (ti.xcom_pull(task_ids='map_contribution', map_indexes=ti.map_index) or {}).get('path')"
    " or ti.xcom_pull(task_ids='choose_files', map_indexes=-1)[ti.map_index] }}"
)


@task(execution_timeout=timedelta(minutes=5), retries=6, retry_delay=timedelta(seconds=30))
def choose_files(dag_run, params, **context):
    """The files that were asked for, each once."""
    refuse_unknown(context | {"dag_run": dag_run})
    if not params["files"]:
        raise AirflowFailException("could not begin: `files` names none")
    return list(dict.fromkeys(params["files"]))


def skip_without_mapping(context):
    """Only the steps see the volume: the one before says in its receipt whether a mapping is there."""
    ti = context["ti"]
    if not ti.xcom_pull(task_ids="assess_contribution", map_indexes=ti.map_index).get("mapping"):
        raise AirflowSkipException("no mapping stands beside the file: it is judged as it is")


def skip_without_valid_structures(context):
    """A file that did not validate has no receipt, one of services none of these."""
    ti = context["ti"]
    if not (ti.xcom_pull(task_ids="validate_contribution", map_indexes=ti.map_index) or {}).get("structures"):
        raise AirflowSkipException("no valid structures: there is nothing to compare")


with DAG(
    dag_id="contribution",
    schedule=BY_HAND,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    params={
        "files": Param(
            [], type="array", items={"type": "string", "pattern": "^[^-]"}, description="Paths of producers' files"
        )
    },
    tags=["inclusion"],
    doc_md=__doc__,
):

    @task_group(prefix_group_id=False)
    def assess_map_and_validate(file):
        """Each file goes its own way: what one is told has no bearing on the others."""
        shown = {"timeout": timedelta(hours=1), "map_index_template": "{{ task.command[1] }}"}
        assess = step("assess-contribution", FILE, **shown)
        map_ = step("map-contribution", FILE, "--mapping", MAPPING, pre_execute=skip_without_mapping, **shown)
        judged = {"trigger_rule": TriggerRule.NONE_FAILED, "outlets": [Asset("contribution")]}
        validate = step("validate-contribution", MAPPED, **judged, **shown)
        compared = {"trigger_rule": TriggerRule.ALL_DONE, "pre_execute": skip_without_valid_structures}
        compare = step("compare-contributions", MAPPED, outlets=[Asset("comparaison")], **compared, **shown)
        assess >> map_ >> validate >> compare

    assess_map_and_validate.expand(file=choose_files())
