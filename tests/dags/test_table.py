"""The table of all offers: after each daily run, from the days that are there and the references beside them."""

import json
from pathlib import Path

import pytest
from conftest import load

TASKS = ["mirror_offers", "anonymise_offers", "merge_offers", "report_collection"]


@pytest.fixture
def references(data, run):
    """What the demonstration fetches by itself when it starts."""
    for dag_id in ("rome", "referentiels", "naf"):
        assert set(run(load(dag_id)).final.values()) == {"success"}
    return data


def test_it_follows_the_daily_run_and_its_references_come_by_themselves():
    written = {asset.name for task in load("offres_quotidien").tasks for asset in task.outlets}
    awaited = {asset.name for asset in load("table_offres").timetable.asset_condition.objects}
    assert awaited == written == {"offre_emploi"}
    for dag_id in ("rome", "referentiels", "naf"):
        assert type(load(dag_id).timetable).__name__ == "OnceTimetable"
    # With the weight of what is behind it, it would go before those who fetch what that needs.
    mirror_offers = load("table_offres").get_task("mirror_offers")
    assert (mirror_offers.priority_weight, str(mirror_offers.weight_rule)) == (1, "absolute")


def test_days_become_a_table_and_a_page(references, run):
    assert set(run(load("offres_quotidien"), conf={"days": 2}).final.values()) == {"success"}
    tried = run(load("table_offres"))
    assert tried.states() == {task: ["success"] for task in TASKS}
    mirror, anonymise, merge, page = (tried.receipts[task] for task in TASKS)
    assert mirror["days_swept"] + mirror["days_left"] <= 2
    assert anonymise["anonymised"] == 0
    assert (merge["days"], merge["days_missing"], merge["days_unproven"]) == (2, 0, 0)
    offers = [json.loads(path.read_text()) for path in sorted((references / "offre_emploi").glob("offres-*.json"))]
    assert merge["records"] == len({offer["id"] for day in offers for offer in day})
    assert (page["days"], page["complete"]) == (2, 2)
    assert len(list((references / "offres").glob("annee=*/mois=*/offres-*.parquet"))) >= 2
    text = Path(page["path"]).read_text()
    assert text.count("<td data-date=") == 2 and "<tr data-departement=" in text
    # Nothing is new: nothing is written.
    again = run(load("table_offres"))
    assert [again.receipts[task]["unchanged"] for task in ("merge_offers", "report_collection")] == [True, True]


def test_what_is_let_through_is_a_param(references, run):
    assert set(run(load("offres_quotidien"), conf={"days": 3}).final.values()) == {"success"}
    middle = sorted((references / "offre_emploi").glob("offres-*.json"))[1]
    middle.unlink()
    tried = run(load("table_offres"))
    assert tried.states()["merge_offers"] == ["failed"]
    assert middle.stem.removeprefix("offres-") in tried.last("merge_offers").message
    assert "(exit code 65)" in tried.last("merge_offers").message
    allowed = run(load("table_offres"), conf={"missing": "allow", "max_requests": 0})
    assert set(allowed.final.values()) == {"success"}
    assert allowed.last("merge_offers").command == ["merge-offers", "--missing", "allow", "--unproven", "refuse"]
    assert allowed.last("mirror_offers").command == ["mirror-offers", "--max-requests", "0"]
    assert allowed.receipts["merge_offers"]["days_missing"] == 1
    assert allowed.receipts["report_collection"]["missing"] == 1


def test_without_a_reference_the_table_says_which_step_makes_it(data, run):
    assert set(run(load("offres_quotidien"), conf={"days": 1}).final.values()) == {"success"}
    tried = run(load("table_offres"))
    assert tried.states()["merge_offers"] == ["failed"]
    told = tried.last("merge_offers").message
    assert "rome.csv" in told and "fetch-rome" in told and "(exit code 66)" in told
