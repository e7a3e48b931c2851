"""Contributions: each file on its own, mapped where a mapping stands beside it, red where it is not valid."""

import pytest
from conftest import load

VALID = "source,id,nom,date_maj,code_insee\ncd35,cd35--1,Mairie de Rennes,2026-01-02,35238\n"

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
    }
    for name, text in texts.items():
        (data / name).write_text(text)
    return {name: str(data / name) for name in texts if name.endswith(".csv")}


def test_each_file_goes_its_own_way(files, data, run):
    tried = run(load("contribution"), conf={"files": list(files.values())})
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
    assert commands["compare_contributions", 1] == ["compare-contributions", mapped]
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
