"""DAGs that only the tests have; `end` and `follow` are scripts that a test writes."""

from datetime import timedelta

from airflow.sdk import DAG, Asset

from steps import receipt_of, step, step_each

MINUTE = timedelta(minutes=1)

# All that a step can end with, one that it cannot, and a process that is killed.
ENDINGS = [0, 1, 2, 65, 66, 69, 74, 75, 77, 99, 101, 130, 143, 3, "KILL"]

# A mapped task each: how a family yet to come collects a month, a source, a file a task.
with DAG(dag_id="endings", schedule=None):
    step_each("end", timeout=MINUTE).expand(command=[["end", str(how)] for how in ENDINGS])

# One that ends as the run is told to, and one that follows.
with DAG(dag_id="ending", schedule=None, params={"how": "0"}):
    end = step(
        "end",
        "{{ params.how }}",
        timeout=MINUTE,
        variables=["END_ADDRESS", "END_EMPTY"],
        secrets=["END_SECRET", "END_FILED"],
        outlets=[Asset("ended")],
    )
    follow = step(
        "follow", receipt_of(end), "{{ '' }}", receipt_of(end, "commune"), "; echo $(id) > no-shell", timeout=MINUTE
    )
    end >> follow
