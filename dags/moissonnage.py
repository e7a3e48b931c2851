"""Open data portals, each harvested whole into the model of data.gouv.fr: a source a mapped task, each on its own.

The sources are those of `MOISSONNAGE_SOURCES`, or those that a run is given: a list of objects with `name`, `backend`
(`dcat`, `ckan`, `dkan`, `ods`) and `url`; if wanted `description`, `include` and `exclude` (lists of `K=V`), `inspire`,
`dir` (below `moissonnage`; two sources of one host need it), `allow_private`, `active`. A source of which nothing is new is
skipped. Files, for each: `moissonnage/{domain or dir}/datasets.jsonl`, `report.json`, and the page `report.html`.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

from airflow.sdk import DAG, Asset, Param, task
from airflow.sdk.exceptions import AirflowFailException, ParamValidationError

from steps import refuse_unknown, step_each

# Which portal deserves which rhythm is for whoever harvests it to say.
BY_HAND = None

TEXT = {"type": "string", "pattern": "^[^-]"}
PAIRS = {"type": "array", "items": {"type": "string", "pattern": "^[^=]+="}}
FLAGS = {name: {"type": "boolean"} for name in ("inspire", "allow_private", "active")}
SOURCE = {
    "type": "object",
    "properties": {name: TEXT for name in ("name", "description", "backend", "url", "dir")}
    | {"include": PAIRS, "exclude": PAIRS}
    | FLAGS,
    "required": ["name", "backend", "url"],
    "additionalProperties": False,
}
SOURCES = {"type": ["null", "array"], "items": SOURCE, "description": "In place of those of MOISSONNAGE_SOURCES"}


@task(execution_timeout=timedelta(minutes=5), retries=6, retry_delay=timedelta(seconds=30))
def choose_sources(dag_run, params, ti=None, **context):
    """The command for each source that is active; their names go beside, as labels."""
    refuse_unknown(context | {"dag_run": dag_run})
    try:
        sources = params["sources"] or json.loads(os.environ.get("MOISSONNAGE_SOURCES") or "[]")
        sources = [source for source in Param(sources, **SOURCES).resolve() if source.get("active", True)]
    except (ParamValidationError, ValueError) as error:
        raise AirflowFailException(f"could not read the sources: {error}") from None
    names = [source["name"] for source in sources]
    if not names or len(set(names)) < len(names):
        raise AirflowFailException(f"could not begin: each source needs a name of its own, these are {names}")
    if ti:
        ti.xcom_push("names", names)
    return [command(source) for source in sources]


def command(source):
    pairs = [f"--{key}={pair}" for key in ("include", "exclude") for pair in source.get(key, [])]
    flags = [f"--{key.replace('_', '-')}" for key in ("inspire", "allow_private") if source.get(key)]
    # Seen from the root of the outputs, where steps run.
    folder = [f"--dir={Path('moissonnage', source['dir'])}"] if source.get("dir") else []
    return ["harvest", source["backend"], source["url"], *pairs, *flags, *folder, "--skip-unchanged"]


with DAG(
    dag_id="moissonnage",
    schedule=BY_HAND,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    params={"sources": Param(None, **SOURCES)},
    tags=["catalogs"],
    doc_md=__doc__,
):
    step_each(
        "harvest",
        # A portal of fifty thousand datasets that gives them one by one, ten a second.
        timeout=timedelta(hours=4),
        map_index_template="{{ ti.xcom_pull(task_ids='choose_sources', key='names', map_indexes=-1)[ti.map_index] }}",
        variables=["HARVEST_RATE"],
        outlets=[Asset("moissonnage")],
    ).expand(command=choose_sources())
