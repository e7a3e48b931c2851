"""Months of offers: one mapped task a calendar month, and what becomes of them."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import load

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def stub(monkeypatch, tmp_path):
    """A step that only says that it is done: what counts is what it was asked."""
    program = tmp_path / "collect-history"
    program.write_text('#!/bin/bash\necho \'{"schema":"collecte.receipt/1","path":"a"}\' > "$RECEIPT_FILE"\n')
    program.chmod(0o755)
    monkeypatch.setenv("STEPS_BIN", str(tmp_path))
    monkeypatch.setenv("DONNEES_BRUTES", "/data")


def asked(run, moment="2026-08-15T12:00:00", **conf):
    """The arguments of each task, by its place."""
    run_after = datetime.fromisoformat(moment).replace(tzinfo=PARIS)
    tried = run(load("historique_offres"), conf=conf, run_after=run_after)
    assert set(tried.final.values()) == {"success"}
    mapped = sorted((one for one in tried if one.task == "collect_history"), key=lambda one: one.map_index)
    return [one.command for one in mapped]


def test_each_calendar_month_is_a_task_of_its_own_with_its_own_table(run, stub):
    folder = "/data/historique/france_travail_jobs_"
    assert asked(run, since="2026-05-20", until="2026-07-31", rome="M1811,K1906", departement="35", search="data") == [
        ["collect-history", "--since", since, "--until", until, "--rome", "M1811,K1906", "--departement", "35"]
        + ["--search", "data", "--output", f"{folder}{name}.csv"]
        for since, until, name in [
            ("2026-05-20", "2026-05-31", "2026-05-20_2026-05-31"),
            ("2026-06-01", "2026-06-30", "2026-06"),
            ("2026-07-01", "2026-07-31", "2026-07"),
        ]
    ]


def test_by_default_it_is_the_last_twelve_months_and_the_one_under_way_goes_on(run, stub):
    commands = asked(run)
    assert len(commands) == 13
    assert commands[0][:5] == ["collect-history", "--since", "2025-08-16", "--until", "2025-08-31"]
    last = ["collect-history", "--since", "2026-08-01", "--output", "/data/historique/france_travail_jobs_2026-08-01_en_cours.csv"]
    assert commands[-1] == last


def test_a_period_that_ends_before_it_begins_is_refused(run, stub):
    tried = run(load("historique_offres"), conf={"since": "2026-02-01", "until": "2026-01-01"})
    assert [(one.task, one.state) for one in tried] == [("choose_months", "failed")]
    assert "is after" in tried[0].message


def test_a_run_leaves_a_table_and_a_report_for_each_month_and_costs_nothing_again(data, run):
    conf = {"since": "2026-01-01", "until": "2026-02-28", "rome": "all"}
    receipts = run(load("historique_offres"), conf=conf).receipts
    for place, month in enumerate(["2026-01", "2026-02"]):
        receipt = receipts["collect_history", place]
        assert receipt["path"] == str(data / f"historique/france_travail_jobs_{month}.csv")
        assert json.loads(Path(receipt["report"]).read_text())["complete"] is True
    again = run(load("historique_offres"), conf=conf).receipts
    assert [again["collect_history", place]["unchanged"] for place in range(2)] == [True, True]
