"""Of the tasks that contribute to data·inclusion: when there is nothing for one to do. Only the steps see the volume: what
a task knows of a file is the receipt of the step before."""

from airflow.sdk.exceptions import AirflowSkipException


def skip_without_mapping(context):
    ti = context["ti"]
    if not ti.xcom_pull(task_ids="assess_contribution", map_indexes=ti.map_index).get("mapping"):
        raise AirflowSkipException("no mapping stands beside the file: it is judged as it is")


def skip_without_valid_structures(context):
    """A file that did not validate has no receipt, one of services none of these."""
    if not has_structures(context["ti"], context["ti"].map_index):
        raise AirflowSkipException("no valid structures: there is nothing to compare")


def skip_unless_compared(context):
    """The others are asked for once, whatever the number of files, and not for nothing."""
    ti = context["ti"]
    if context["params"]["others"] == "none":
        raise AirflowSkipException("`others` is `none`: each file is compared with itself alone")
    files = ti.xcom_pull(task_ids="choose_files", map_indexes=-1)
    if not any(has_structures(ti, index) for index in range(len(files))):
        raise AirflowSkipException("no valid structures: there is nothing to compare")


def has_structures(ti, index):
    return (ti.xcom_pull(task_ids="validate_contribution", map_indexes=index) or {}).get("structures")
