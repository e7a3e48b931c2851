"""The offers of months that are still online, one table a calendar month, with a report of what it covers.

Trigger it with `since` and `until` (by default the last twelve months), `rome`, `departement` (`all` for any), `search`. A
month that is over and was collected with the same parameters is left alone and costs no request; one that could not be
completed is gone on with. Files: `historique/france_travail_jobs_{YYYY-MM}.csv`, its report, and a page for people.
"""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, Asset, Param, task
from airflow.sdk.exceptions import AirflowFailException

from france_travail import FRANCE_TRAVAIL
from steps import DATA, refuse_unknown, step_each

PARIS = "Europe/Paris"

# Withdrawn offers are gone: what is left of a month is asked for when it is wanted.
BY_HAND = None

LAST_MONTHS = 12


@task(execution_timeout=timedelta(minutes=5), retries=6, retry_delay=timedelta(seconds=30))
def choose_months(dag_run, params, **context):
    """One command for each calendar month, oldest first."""
    refuse_unknown(context | {"dag_run": dag_run})
    today = pendulum.instance(dag_run.run_after).in_timezone(PARIS).date()
    until = pendulum.parse(params["until"]).date() if params["until"] else today
    since = pendulum.parse(params["since"]).date() if params["since"] else until.add(days=1).subtract(months=LAST_MONTHS)
    if since > until:
        raise AirflowFailException(f"could not begin: `since` {since} is after `until` {until}")
    filters = [text for name in ("rome", "departement", "search") if params[name] for text in (f"--{name}", params[name])]
    firsts = [max(since, since.start_of("month").add(months=month)) for month in range((until - since).in_months() + 2)]
    return [command(first, until, today, filters) for first in firsts if first <= until]


def command(first, until, today, filters):
    """A month, from the first day that is wanted of it."""
    last = min(until, first.end_of("month"))
    whole = first.day == 1 and last == first.end_of("month") and last < today
    # What goes on has no last day, so that another run asks the same; it is not taken for the month that it will be.
    name = f"{first:%Y-%m}" if whole else f"{first}_en_cours" if last == today else f"{first}_{last}"
    asked = ["--since", f"{first}"] + ([] if last == today else ["--until", f"{last}"])
    return ["collect-history", *asked, *filters, "--output", f"{DATA}/historique/france_travail_jobs_{name}.csv"]


with DAG(
    dag_id="historique_offres",
    schedule=BY_HAND,
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    params={
        "since": Param(None, type=["null", "string"], format="date", description="First day: YYYY-MM-DD"),
        "until": Param(None, type=["null", "string"], format="date", description="Last day: YYYY-MM-DD"),
        "rome": Param("", type="string", description="ROME codes, or all; the step's own five where empty"),
        "departement": Param("", type="string", description="Départements; all where empty"),
        "search": Param("", type="string", description="Key words, separated by commas"),
    },
    tags=["france_travail"],
    doc_md=__doc__,
):
    step_each(
        "collect-history",
        timeout=timedelta(hours=4),
        map_index_template="{{ task.command[task.command.index('--since') + 1][:7] }}",
        outlets=[Asset("historique")],
        **FRANCE_TRAVAIL,
    ).expand(command=choose_months())
