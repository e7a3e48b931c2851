"""Portals: each source on its own, with its own folder, again at no cost, and red where it is not what it should be."""

import json

import pytest
from conftest import load

BACKENDS = ["dcat", "ckan", "dkan", "ods"]


@pytest.fixture
def sources(data, services):
    """The four portals of the sandbox."""
    return [source(services, backend, dir=f"portail-{backend}") for backend in BACKENDS]


def source(services, backend, **more):
    url = services.variables[f"PORTAL_{backend.upper()}"]
    return {"name": f"Portail {backend}", "backend": backend, "url": url, "allow_private": True} | more


def harvested(tried):
    """Of each source: how its tries ended."""
    ended = {}
    for one in tried:
        if one.command:
            ended.setdefault(one.map_index, []).append(one.state)
    return [ended[index] for index in sorted(ended)]


def test_each_source_goes_to_its_folder_and_is_skipped_when_nothing_is_new(monkeypatch, sources, data, run):
    monkeypatch.setenv("MOISSONNAGE_SOURCES", json.dumps([*sources, sources[0] | {"active": False}]))
    tried = run(load("moissonnage"))
    assert harvested(tried) == [["success"]] * 4
    for index, backend in enumerate(BACKENDS):
        folder = data / f"moissonnage/portail-{backend}"
        assert tried.receipts["harvest", index]["path"] == str(folder / "datasets.jsonl")
        assert len((folder / "datasets.jsonl").read_text().splitlines()) == 60
        assert "<html" in (folder / "report.html").read_text()
    assert harvested(run(load("moissonnage"))) == [["skipped"]] * 4


def test_a_source_that_is_none_is_red_and_the_others_go_on(services, data, run):
    # A catalogue document is no CKAN, and a portal that nobody allowed is none to be asked.
    wrong = source(services, "ckan", name="Pas un CKAN", url=services.variables["PORTAL_DCAT"], dir="a")
    private = source(services, "ods", name="Privé", allow_private=False, dir="b")
    tried = run(load("moissonnage"), conf={"sources": [wrong, private, source(services, "ckan")]})
    assert harvested(tried) == [["up_for_retry", "up_for_retry", "failed"], ["failed"], ["success"]]
    messages = {one.map_index: one.message for one in tried if one.state == "failed"}
    assert "(exit code 69)" in messages[0] and "(exit code 2)" in messages[1]
    assert (data / "moissonnage/127.0.0.1/datasets.jsonl").exists()


def test_filters_and_flags_are_handed_on(services, data, run):
    narrow = source(services, "ods", include=["tags=Vélo"], exclude=["publisher=Office du tourisme"], inspire=True)
    tried = run(load("moissonnage"), conf={"sources": [narrow]})
    command = tried.last("harvest").command
    assert command[3:] == [
        "--include=tags=Vélo",
        "--exclude=publisher=Office du tourisme",
        "--inspire",
        "--allow-private",
        "--skip-unchanged",
    ]
    assert tried.receipts["harvest", 0]["records"] == 3


@pytest.mark.parametrize(
    "sources",
    [
        [],
        [{"name": "a", "backend": "ckan", "url": "https://a.example/"}] * 2,
        [{"backend": "ckan", "url": "https://a.example/"}],
        [{"name": "a", "backend": "ckan", "url": "https://a.example/", "includes": []}],
        "{",
    ],
    ids=["none", "one name twice", "no name", "unknown key", "no JSON"],
)
def test_sources_that_cannot_be_meant_are_refused(monkeypatch, data, run, sources):
    monkeypatch.setenv("MOISSONNAGE_SOURCES", sources if isinstance(sources, str) else json.dumps(sources))
    tried = run(load("moissonnage"))
    assert [(one.task, one.state) for one in tried] == [("choose_sources", "failed")]
    assert tried[0].message.startswith("could not ")
