"""Contributions: each file on its own, mapped where a mapping stands beside it, red where it is not valid, then compared."""

import csv
import json
from urllib.request import Request, urlopen

import pytest
from conftest import load

VALID = "source,id,nom,date_maj,code_insee\ncd35,cd35--1,Mairie de Rennes,2026-01-02,35238\n"

SERVICES = "source,structure_id,id,nom,description,date_maj\ncd35,cd35--1,cd35--s1,Permanence,Tous les lundis,2026-01-02\n"

# Without a source it is no contribution as it stands, and becomes one by its mapping.
FOREIGN = "numero;lieu;maj\n7a;Mairie de Rennes;14/02/2025\n"
MAPPING = """schema = "collecte.mapping/1"
target = "data-inclusion/v1/structures"
source = "rennes"

[fields]
id = "numero"
nom = "lieu"
date_maj = "maj"
"""


@pytest.fixture
def files(data):
    """Valid as it is; by its mapping; not valid; and one that is no table at all."""
    data.mkdir(parents=True)
    texts = {
        "valide.csv": VALID,
        "lieux.csv": FOREIGN,
        "lieux.mapping.toml": MAPPING,
        "invalide.csv": VALID.replace("2026-01-02", "hier"),
        "page.csv": "<!DOCTYPE html><html></html>",
        "services.csv": SERVICES,
    }
    for name, text in texts.items():
        (data / name).write_text(text)
    return {name: str(data / name) for name in texts if name.endswith(".csv")}


def test_each_file_goes_its_own_way(files, data, run):
    tried = run(load("contribution"), conf={"files": list(files.values())[:4]})
    # A task that is skipped before its command is rendered has none of its own.
    ended = {(one.task, one.map_index): one.state for one in tried if one.task != "choose_files"}
    assert ended == {
        ("assess_contribution", 0): "success",
        ("assess_contribution", 1): "success",
        ("assess_contribution", 2): "success",
        ("assess_contribution", 3): "failed",
        ("map_contribution", 0): "skipped",
        ("map_contribution", 1): "success",
        ("map_contribution", 2): "skipped",
        ("validate_contribution", 0): "success",
        ("validate_contribution", 1): "success",
        ("validate_contribution", 2): "failed",
        ("fetch_inclusion", -1): "success",
        ("compare_contributions", 0): "success",
        ("compare_contributions", 1): "success",
        ("compare_contributions", 2): "skipped",
        ("compare_contributions", 3): "skipped",
    }
    commands = {(one.task, one.map_index): one.command for one in tried if one.state in ("success", "failed")}
    mapping, mapped = (str(data / name) for name in ("lieux.mapping.toml", "lieux.structures.json"))
    assert commands["map_contribution", 1] == ["map-contribution", files["lieux.csv"], "--mapping", mapping]
    assert commands["validate_contribution", 0] == ["validate-contribution", files["valide.csv"]]
    assert commands["validate_contribution", 1] == ["validate-contribution", mapped]
    others = str(data / "inclusion/structures.json")
    assert commands["fetch_inclusion", -1] == ["fetch-inclusion", "structures", "--keep-duplicates"]
    assert commands["compare_contributions", 0] == ["compare-contributions", files["valide.csv"], others]
    assert commands["compare_contributions", 1] == ["compare-contributions", mapped, others]
    assert tried.receipts["fetch_inclusion"]["records"] == 200
    messages = {(one.task, one.map_index): one.message for one in tried if one.state == "failed"}
    assert all("(exit code 65)" in message for message in messages.values())
    for name in ("valide.assessment.html", "lieux.structures.report.html", "lieux.structures.validation.html"):
        assert (data / name).stat().st_size > 0, name
    assert (data / "invalide.validation.html").stat().st_size > 0
    assert (data / "lieux.structures.comparison.html").stat().st_size > 0


def test_a_run_without_files_says_so(data, run):
    tried = run(load("contribution"))
    assert [(one.task, one.state) for one in tried] == [("choose_files", "failed")]
    assert "`files` names none" in tried[0].message


def compared(tried):
    """How the two last tasks ended, and with what."""
    return [(one.task, one.state, one.command[1:]) for one in tried if one.task in ("fetch_inclusion", "compare_contributions")]


def test_what_another_producer_tells_of_is_found(services, data, run):
    address = services.variables["DATA_INCLUSION_API_URL"] + "/api/v1/structures?size=200"
    token = services.variables["DATA_INCLUSION_TOKEN"]
    with urlopen(Request(address, headers={"Authorization": f"Bearer {token}"})) as answer:
        known = next(one for one in json.load(answer)["items"] if one["siret"])
    told = ("nom", "date_maj", "siret", "adresse", "code_postal", "code_insee", "commune")
    data.mkdir(parents=True)
    with (data / "lieux.csv").open("w") as file:
        table = csv.writer(file)
        table.writerow(["source", "id", *told])
        table.writerow(["cd35", "cd35--1", *(known[name] for name in told)])
    tried = run(load("contribution"), conf={"files": [str(data / "lieux.csv")]})
    assert tried.receipts["compare_contributions", 0]["common"] == 1
    with (data / "lieux.links.csv").open(encoding="utf-8-sig") as file:
        assert known["id"] in {link["id_2"] for link in csv.DictReader(file) if link["class"] == "match"}


def test_services_and_what_is_not_valid_are_not_compared_and_nobody_is_asked(files, run):
    dag = load("contribution")
    assert [state for _, state, _ in compared(run(dag, conf={"files": [files["services.csv"]]}))] == ["skipped"] * 2
    assert compared(run(dag, conf={"files": [files["invalide.csv"]]})) == []


def test_the_others_come_from_the_published_file_without_a_token_or_not_at_all(monkeypatch, files, data, run):
    monkeypatch.delenv("DATA_INCLUSION_TOKEN")
    ask, valid = load("contribution"), files["valide.csv"]
    others = str(data / "inclusion/structures.json")
    assert compared(run(ask, conf={"files": [valid], "others": "dump"})) == [
        ("fetch_inclusion", "success", ["structures", "--keep-duplicates", "--from=dump"]),
        ("compare_contributions", "success", [valid, others]),
    ]
    tried = run(ask, conf={"files": [valid], "others": "none"})
    assert compared(tried)[1] == ("compare_contributions", "success", [valid])
    assert tried.final["fetch_inclusion"] == "skipped"


def test_without_the_others_nothing_is_compared_and_what_was_judged_stays(monkeypatch, files, data, run):
    monkeypatch.delenv("DATA_INCLUSION_TOKEN")
    tried = run(load("contribution"), conf={"files": [files["valide.csv"]]})
    assert [(one.task, one.state) for one in tried][-1] == ("fetch_inclusion", "failed")
    assert "(exit code 2)" in tried.last("fetch_inclusion").message
    assert tried.final["compare_contributions"] == "upstream_failed"
    assert (data / "valide.validation.html").exists() and not (data / "valide.comparison.html").exists()
