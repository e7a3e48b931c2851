"""Contributions to data·inclusion: assessed, mapped where a mapping is there, judged, compared; a file a mapped task.

Trigger it with `files`: paths in the volume, such as `/donnees_brutes/lieux.csv`. Where `lieux.mapping.toml` stands beside
it, the file is mapped by it, and what was mapped is judged; else the file itself is. What is not valid makes the validation
of its own file red, and the others go on. Valid structures are compared with those of the other producers, read back once:
from the API, which takes a token; with `others` `dump` from the published file; `none`, each with itself alone.
Files, for each: `lieux.assessment.json`, `lieux.structures.json` or `lieux.services.json` with its report, one that ends with
`.validation.json`, one with `.comparison.json`; beside each a page for people, `.html`. The others: `inclusion/structures.json`.
"""

from datetime import timedelta

from airflow.sdk import DAG, Asset, Param, TriggerRule, task, task_group
from airflow.sdk.exceptions import AirflowFailException

from inclusion import skip_unless_compared, skip_without_mapping, skip_without_valid_structures
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
OTHERS = "{{ (ti.xcom_pull(task_ids='fetch_inclusion', map_indexes=-1) or {}).get('path', '') }}"


@task(execution_timeout=timedelta(minutes=5), retries=6, retry_delay=timedelta(seconds=30))
def choose_files(dag_run, params, **context):
    """The files that were asked for, each once."""
    refuse_unknown(context | {"dag_run": dag_run})
    if not params["files"]:
        raise AirflowFailException("could not begin: `files` names none")
    return list(dict.fromkeys(params["files"]))


PATHS = {"type": "array", "items": {"type": "string", "pattern": "^[^-]"}, "description": "Paths of producers' files"}
WHENCE = {"enum": ["api", "dump", "none"], "description": "Whence the structures of the other producers"}

with DAG(
    dag_id="contribution",
    schedule=BY_HAND,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    params={"files": Param([], **PATHS), "others": Param("api", **WHENCE)},
    tags=["inclusion"],
    doc_md=__doc__,
):
    shown = {"timeout": timedelta(hours=1), "map_index_template": "{{ task.command[1] }}"}

    @task_group(prefix_group_id=False)
    def assess_map_and_validate(file):
        """Each file goes its own way: what one is told has no bearing on the others."""
        assess = step("assess-contribution", FILE, **shown)
        map_ = step("map-contribution", FILE, "--mapping", MAPPING, pre_execute=skip_without_mapping, **shown)
        judged = {"trigger_rule": TriggerRule.NONE_FAILED, "outlets": [Asset("contribution")]}
        assess >> map_ >> step("validate-contribution", MAPPED, **judged, **shown)

    @task_group(prefix_group_id=False)
    def compare(file):
        compared = {"trigger_rule": TriggerRule.NONE_FAILED, "pre_execute": skip_without_valid_structures}
        step("compare-contributions", MAPPED, OTHERS, outlets=[Asset("comparaison")], **compared, **shown)

    # With what each producer said itself, not only the best of it: the comparison counts by producer.
    what = ["structures", "--keep-duplicates", "{{ '--from=dump' if params.others == 'dump' else '' }}"]
    once = {"trigger_rule": TriggerRule.ALL_DONE_MIN_ONE_SUCCESS, "pre_execute": skip_unless_compared}
    reached = {"variables": ["DATA_INCLUSION_API_URL", "DATA_INCLUSION_DUMP_URL"], "secrets": ["DATA_INCLUSION_TOKEN"]}
    fetch = step("fetch-inclusion", *what, timeout=timedelta(hours=2), **once, **reached)
    files = choose_files()
    assess_map_and_validate.expand(file=files) >> fetch >> compare.expand(file=files)
