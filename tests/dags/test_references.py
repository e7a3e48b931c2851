"""The other pipelines, whole: what they leave, and what they do when there is nothing new or something is wrong."""

import csv
import hashlib
import json
from pathlib import Path

import pytest
from conftest import load


def test_cog_carto_hands_each_layer_on(data, run):
    tried = run(load("cog_carto"), conf={"edition": "2024-02-22"})
    assert tried.states() == {task: ["success"] for task in ("download", "extract", "locate_shapefiles")}
    download, extract, locate = (tried.receipts[task] for task in ("download", "extract", "locate_shapefiles"))
    assert [one.command for one in tried] == [
        ["download", "cog-carto", "--edition=2024-02-22"],
        ["extract", download["path"]],
        ["locate-shapefiles", extract["path"], "--edition", "2024-02-22"],
    ]
    # Under the publisher's name.
    assert Path(download["path"]).parent == data / "cog_carto" and download["path"].endswith("_2024-02-22.7z")
    assert locate["path"] == str(data / "cog_carto/2024-02-22")
    for suffix in ("shp", "shx", "dbf", "prj"):
        assert Path(locate["path"], f"COMMUNE.{suffix}").stat().st_size > 0


def test_the_edition_is_that_of_the_variable_where_none_is_asked_for(data, run, monkeypatch):
    monkeypatch.setenv("VERSION_COG_CARTO", "2024-02-22")
    tried = run(load("cog_carto"))
    assert tried[0].command == ["download", "cog-carto"]
    assert tried.receipts["download"]["edition"] == "2024-02-22"


def test_an_edition_that_there_is_not_ends_it_at_once(data, run):
    tried = run(load("cog_carto"), conf={"edition": "1999-01-01"})
    assert tried.states() == {"download": ["failed"]}
    assert tried.final == {"download": "failed", "extract": "upstream_failed", "locate_shapefiles": "upstream_failed"}
    assert "1999-01-01" in tried[0].message and "(exit code 2)" in tried[0].message


def test_sirene_is_skipped_until_there_is_something_new(data, run):
    tried = run(load("sirene"))
    assert tried.states() == {"download": ["success"], "extract": ["success"]}
    assert tried[0].command == ["download", "sirene", "--skip-unchanged"]
    with open(tried.receipts["extract"]["path"], encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 20
    again = run(load("sirene"))
    assert again.states() == {"download": ["skipped"]}
    assert again.final == {"download": "skipped", "extract": "skipped"}


def test_a_month_of_sirene_that_is_gone_is_not_tried_again(data, run):
    tried = run(load("sirene"), conf={"month": "2020-01"})
    assert tried[0].command == ["download", "sirene", "--month=2020-01", "--skip-unchanged"]
    assert tried.states() == {"download": ["failed"]}
    assert "(exit code 2)" in tried[0].message


@pytest.mark.parametrize("month", ["2020-13", "2020-1", "janvier"])
def test_a_month_that_is_none_is_refused(data, run, month):
    from airflow.sdk.exceptions import ParamValidationError

    with pytest.raises((ParamValidationError, ValueError)):
        run(load("sirene"), conf={"month": month})


def test_a_source_that_is_not_there_is_tried_again(data, run, services, monkeypatch):
    monkeypatch.setenv("SIRENE_URL", services.variables["FRANCE_TRAVAIL_API_URL"] + "/not-there")
    tried = run(load("sirene"))
    assert tried.states() == {"download": ["up_for_retry", "up_for_retry", "failed"]}
    assert tried.final["extract"] == "upstream_failed"
    assert "(exit code 69)" in tried[0].message


def test_naf_leaves_its_levels(data, run):
    tried = run(load("naf"))
    assert tried.states() == {"download": ["success"], "convert_naf": ["success"]}
    assert tried[1].command == ["convert-naf", tried.receipts["download"]["path"]]
    lists = (f"naf2008_liste_n{level}.csv" for level in range(1, 6))
    for name in ("naf.csv", "datapackage.json", "naf2008_5_niveaux.csv", *lists):
        assert (data / "naf" / name).stat().st_size > 0, name


def test_rome_leaves_its_levels(data, run):
    tried = run(load("rome"))
    assert tried.states() == {"fetch_rome": ["success"]}
    assert tried[0].command == ["fetch-rome", "--rate", "1"]
    told = json.loads((data / "rome/version.json").read_text())
    assert (data / "rome/rome.csv").stat().st_size > 0 and told


def test_referentiels_leaves_them_all(data, run):
    tried = run(load("referentiels"))
    assert tried.states() == {"fetch_referentials": ["success"]}
    assert tried[0].command == ["fetch-referentials"]
    # Sixteen lists, and what they hold.
    assert len(list((data / "referentiels").glob("*.json"))) == 17


def test_what_is_there_is_left_alone(data, run):
    receipts = run(load("cog_carto")).receipts
    again = run(load("cog_carto")).receipts
    assert hashlib.sha256(Path(again["download"]["path"]).read_bytes()).hexdigest() == receipts["download"]["sha256"]
    assert all(receipt["unchanged"] for receipt in again.values())
