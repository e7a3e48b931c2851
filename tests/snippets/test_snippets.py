"""What the READMEs tell their readers to type.

Every block is run where it can be: shell with the executables just built against the sandbox, SQL with each DuckDB, Python
as it stands. A command that needs what is not here (an engine, a forge, a compiler's half hour) is named below, so that
one which is neither run nor named fails.
"""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
BIN = Path(os.environ["STEPS_BIN"])
DUCKDBS = [folder for folder in os.environ["DUCKDB_FOLDERS"].split(":") if folder]

# The commands that other tests run, or that no test should: each is the beginning of a line.
ELSEWHERE = {
    "cargo": "what it builds is what these tests run",
    "tests/": "the tests themselves",
    ".ci/run": "the tests themselves",
    "SEEDS=": "the tests themselves",
    "docker": "tests/stack",
    "curl": "tests/stack asks the same of the API",
    "export FRANCE_TRAVAIL_": "the sandbox's are set instead",
    "xdg-open": "a browser shows it",
}

# What a comment says of a command that must fail: `# ends with 65`.
ENDS_WITH = re.compile(r"# ends with (\d+)")

BLOCK = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language, family="*"):
    """Each block of a language in the READMEs, or in that of a family, with the place where it is."""
    all_blocks = []
    top = [TOP / "README.md"] if family == "*" else []
    for path in [*top, *sorted(TOP.glob(f"crates/{family}/README.md"))]:
        text = path.read_text()
        for found in BLOCK.finditer(text):
            if found[1] == language:
                line = text.count("\n", 0, found.start()) + 1
                all_blocks.append(pytest.param(found[2], id=f"{path.relative_to(TOP)}:{line}"))
    return all_blocks


def about(words, language="python", family="*"):
    """The blocks of a language in which these words stand."""
    return [param for param in blocks(language, family) if words in param.values[0]]


def without_what_is_run_elsewhere(shell):
    """The lines that are left; one that goes on in the next goes with it."""
    lines = re.sub(r"(\\|&&)\n\s*", r"\1 ", shell).splitlines()
    return [line for line in lines if line and not any(line.startswith(start) for start in ELSEWHERE)]


def that_ends_as_it_says(line):
    """The command, failing where its status is another than the one that its comment tells."""
    status = ENDS_WITH.search(line)
    if not status:
        return line
    command = line[: status.start()].strip()
    return f'status=0; {command} || status=$?; [ "$status" = {status[1]} ]'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder in which a reader works, with the executables on the path and a sandbox that is small and quick."""
    folder = tmp_path_factory.mktemp("home")
    commands = folder / "bin"
    commands.mkdir()
    for program in BIN.iterdir():
        if program.is_file() and os.access(program, os.X_OK) and program.name != "sandbox":
            (commands / program.name).symlink_to(program)
    sandbox = commands / "sandbox"
    small = "--offers 400 --communes 40 --sirene-rows 20 --rate 0 --rome-rate 0 --ign-rate 0"
    sandbox.write_text(f'#!/bin/sh\nexport FRANCE_TRAVAIL_RATE=1000\nexec "{BIN}/sandbox" {small} "$@"\n')
    sandbox.chmod(0o755)
    # What the readers of the example have.
    for example in ("marches_bretagne.csv", "lieux.xlsx"):
        shutil.copy(Path(__file__).parent / example, folder)
    # What `cargo build` leaves, for the line that installs it: one executable stands for all.
    built = folder / "target/release"
    built.mkdir(parents=True)
    shutil.copy(BIN / "collect-offers", built)
    return folder


def run(home, *command, cwd=None, **env):
    """The ended command, as somebody types it who has set nothing."""
    ours = {"PATH": f"{home}/bin:{os.environ['PATH']}", "HOME": str(home), "LANG": "C.UTF-8"} | env
    ended = subprocess.run(command, cwd=cwd or home, env=ours, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, f"{command}\nstatus {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
    return ended


@pytest.mark.parametrize("shell", blocks("sh"))
def test_shell(home, shell):
    lines = without_what_is_run_elsewhere(shell)
    if not lines:
        pytest.skip("its commands are run elsewhere")
    script = "set -eu\n" + "\n".join(map(that_ends_as_it_says, lines))
    # Where a block names the folder of real data, that is where they go.
    env = {"DONNEES_BRUTES": "donnees_brutes"} if "donnees_brutes/" in script else {}
    # Against the sandbox, unless it starts one itself.
    command = ["bash", "-c", script] if "sandbox run" in script else ["sandbox", "run", "--", "bash", "-c", script]
    run(home, *command, **env)


def test_what_is_installed_is_a_command(home):
    """After the block above that installs, in the order of the file."""
    assert "collect-offers" in run(home, f"{home}/.local/bin/collect-offers", "--version").stdout


def test_the_first_command_builds_what_it_runs():
    """Its packages have the executables that it names, and it names no other."""
    (first, *_), *_ = [param.values for param in blocks("sh")]
    build, start = first.split("&&")
    asked = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=TOP, capture_output=True, check=True
    )
    programs = {
        package["name"]: {target["name"] for target in package["targets"] if target["kind"] == ["bin"]}
        for package in json.loads(asked.stdout)["packages"]
    }
    built = set(re.findall(r"--bin (\S+)", build))
    packages = re.findall(r"-p (\S+)", build)
    assert built <= set().union(*(programs[name] for name in packages))
    assert built == {"sandbox", *re.findall(r"-- (\S+)", start)} and "--no-default-features" in build


def test_the_first_command_leaves_what_the_readme_says(home):
    (first, *_), *_ = [param.values for param in blocks("sh")]
    start = first.split("&&")[1].strip().replace("target/release/", "")
    first, again = (json.loads(run(home, "bash", "-c", f"{start} 2>/dev/null", HERE="first").stdout) for _ in range(2))
    assert Path(first["path"]).parent.name == "offre_emploi"
    assert again["unchanged"] is True


@pytest.fixture(scope="module")
def offers(home):
    """A day whose offers reach to its last hour, where a wrong clock would put them on the next day."""
    day = date.today() - timedelta(days=2)
    env = {"DONNEES_BRUTES": "donnees_brutes"}
    told = run(home, "sandbox", "run", "--", "collect-offers", "--date", day.isoformat(), **env)
    path = home / json.loads(told.stdout)["path"]
    text = path.read_text()
    assert f'"dateCreation":"{day}T23:' in text
    # The README's snippets name this day.
    (path.parent / "offres-2024-06-01.json").write_text(text)
    for other in path.parent.glob("offres-*.json"):
        if other.name != "offres-2024-06-01.json":
            other.unlink()
    return json.loads(text)


@pytest.mark.parametrize("folder", DUCKDBS, ids=[Path(folder).name for folder in DUCKDBS])
@pytest.mark.parametrize("query", about("read_json_objects", "sql", "france-travail"))
def test_duckdb_counts_each_offer_on_its_day(home, offers, query, folder):
    assert "LIMIT 10" in query
    every = query.replace("LIMIT 10", "")
    program = f"import duckdb, json; print(json.dumps(duckdb.sql({every!r}).fetchall(), default=str))"
    # On a machine whose clock is that of Paris, as most of the readers' are.
    told = run(home, sys.executable, "-c", program, PYTHONPATH=folder, TZ="Europe/Paris")
    counted = {(jour, code_rome): offres for jour, code_rome, offres in json.loads(told.stdout)}
    assert counted == Counter((offer["dateCreation"][:10], offer.get("romeCode")) for offer in offers)


@pytest.fixture(scope="module")
def months(home):
    """The tables that the README collects, with the same names."""
    for name in ("jobs.csv", "months.parquet"):
        command = ["collect-history", "--rome", "all", "--output", name]
        run(home, "sandbox", "run", "--history-days", "365", "--", *command)
    return int(json.loads((home / "jobs.report.json").read_text())["collected"])


# What `skills` and the like are told with, in each library.
TYPES = {
    "pandas": "print(len(jobs), str(jobs['commune'].dropna().iloc[0]), jobs['date_created'].dt.year.min() > 2000, sep='\\n')",
    "duckdb": "print(len(jobs), jobs.filter('commune IS NOT NULL').fetchone()[28], dict(zip(jobs.columns, map(str, jobs.types)))"
    "['date_created'].startswith('TIMESTAMP'), sep='\\n')",
    "polars": "print(len(jobs), jobs['commune'].drop_nulls()[0], jobs['date_created'].dtype == polars.Datetime, sep='\\n')",
}


@pytest.mark.parametrize("text", about("jobs ="))
def test_a_table_of_months_opens_in_one_line_and_is_typed(home, months, text):
    library = next(name for name in TYPES if f"import {name}" in text or f", {name}," in text)
    program = f"{text}\n{TYPES[library]}"
    told = run(home, "sandbox", "run", "--history-days", "365", "--", sys.executable, "-c", program, PYTHONPATH=readers(library))
    rows, commune, is_time = told.stdout.splitlines()
    assert int(rows) == months and len(commune) == 5 and is_time == "True"


def readers(library):
    """DuckDB is in folders of its own, a version each."""
    return DUCKDBS[0] if library == "duckdb" and DUCKDBS else ""


@pytest.mark.parametrize("text", about("offres ="))
def test_python_reads_every_offer_and_keeps_codes_as_text(home, offers, text):
    show = 'print(len(offres), *sorted(set(map(str, offres["id"])))[:1], str(offres["dateCreation"][0]), sep="\\n")'
    told = run(home, sys.executable, "-c", f"{text}\n{show}", TZ="Europe/Paris").stdout.splitlines()
    assert told[0] == str(len(offers))
    assert told[1] == min(offer["id"] for offer in offers)
    assert told[2] == offers[0]["dateCreation"]


@pytest.fixture(scope="module")
def lake(home):
    """The table of two days, as the lake of the README and as the file that it loads, and how many offers it has."""
    folder = home / "lac"
    folder.mkdir()
    days = [(date.today() - timedelta(days=ago)).isoformat() for ago in (2, 1)]
    collect = " && ".join(f"collect-offers --date {day}" for day in days)
    # One sandbox: another would have offers of its own.
    script = (
        f"fetch-rome && fetch-referentials && download naf | convert-naf - && {collect} && merge-offers --output offres.csv"
        " && merge-offers"
    )
    told = run(home, "sandbox", "run", "--", "sh", "-c", script, cwd=folder, DONNEES_BRUTES="donnees_brutes")
    receipt = json.loads(told.stdout.splitlines()[-1])
    assert receipt["days"] == 2 and receipt["records"] > 500
    return folder, receipt["records"]


def rows_of(lake):
    """The rows of the CSV, as Python's own reader has them."""
    with open(lake / "offres.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def line_for(tool):
    """The line of the README's table for a tool; the file that it names is one that there is."""
    text = (TOP / "README.md").read_text()
    rows = re.findall(r"^\| ([A-Z a-z0-9.]+) \| `(.+?)`", text.split("| with | the line |")[1], re.MULTILINE)
    (line,) = [line for name, line in rows if name.split()[0] == tool]
    return line


def of_a_day(lake, line):
    """The same line, with a file of this lake that has points."""
    largest = max(lake.glob("donnees_brutes/offres/*/*/*.parquet"), key=lambda path: path.stat().st_size)
    return re.sub(r"annee=\d+/mois=\d+/offres-[-\d]+\.parquet", str(largest.relative_to(lake / "donnees_brutes/offres")), line)


@pytest.mark.parametrize("folder", DUCKDBS, ids=[Path(folder).name for folder in DUCKDBS])
def test_duckdb_opens_the_lake(home, lake, folder):
    folder_of_lake, records = lake
    show = "print(len(table), dict(zip(table.columns, map(str, table.types)))['date_created'], 'annee' in table.columns)"
    program = f"import duckdb\ntable = duckdb.sql({line_for('DuckDB')!r})\n{show}"
    told = run(home, sys.executable, "-c", program, cwd=folder_of_lake, PYTHONPATH=folder).stdout.split()
    assert told[0] == str(records) and told[1].startswith("TIMESTAMP") and "ZONE" not in told and told[-1] == "True"


@pytest.mark.parametrize("folder", DUCKDBS, ids=[Path(folder).name for folder in DUCKDBS])
@pytest.mark.parametrize("query", about("hive_partitioning", "sql", "france-travail"))
def test_duckdb_counts_what_is_online(home, lake, query, folder):
    folder_of_lake, _ = lake
    program = f"import duckdb, json; print(json.dumps(duckdb.sql({query!r}).fetchall()))"
    told = json.loads(run(home, sys.executable, "-c", program, cwd=folder_of_lake, PYTHONPATH=folder).stdout)
    counted = {(region, kind): offers for region, kind, offers in told}
    online = [row for row in rows_of(folder_of_lake) if row["retiree"] == "false"]
    expected = Counter((row["region_libelle"] or None, row["grand_domaine_libelle"] or None) for row in online)
    assert counted == expected and len(counted) > 3


@pytest.mark.parametrize("tool", ["pandas", "polars"])
def test_a_data_frame_has_every_offer_and_its_types(home, lake, tool):
    folder_of_lake, records = lake
    show = "print(len(table), str(table['commune'].dtype), str(table['jour'].dtype), sorted(map(str, table['id']))[0], sep='\\n')"
    program = f"import {tool}\ntable = {line_for(tool)}\n{show}"
    told = run(home, sys.executable, "-c", program, cwd=folder_of_lake).stdout.splitlines()
    assert told[0] == str(records) and told[1].lower() in ("str", "string", "object"), told
    assert told[3] == min(row["id"] for row in rows_of(folder_of_lake))


def test_geopandas_sees_points_where_the_offers_are(home, lake):
    folder_of_lake, _ = lake
    line = of_a_day(folder_of_lake, line_for("geopandas"))
    show = "there = table[~table.geometry.isna()]\nprint(len(there), (there.geometry.x == there.longitude).all(), table.crs.to_epsg() or table.crs)"
    program = f"import geopandas\ntable = {line}\n{show}"
    told = run(home, sys.executable, "-c", program, cwd=folder_of_lake).stdout.split()
    assert int(told[0]) > 50 and told[1] == "True" and "4326" in told[2] or "CRS84" in told[2], told


def test_each_file_of_the_lake_is_geoparquet(home, lake):
    folder_of_lake, _ = lake
    files = sorted(folder_of_lake.glob("donnees_brutes/offres/*/*/*.parquet"))
    assert len(files) >= 2
    for file in files:
        run(home, str(Path(sys.executable).with_name("geoparquet-validator")), "check", "--class", "core", str(file))


def test_the_tables_columns_are_those_that_postgresql_is_told(home, lake):
    folder_of_lake, records = lake
    ((create,),) = [param.values for param in about("CREATE TABLE offres", "sql")]
    inside = create[create.index("offres (") + 8 : create.rindex(")")]
    columns = [column.split()[0] for column in inside.split(",") if column.strip()]
    rows = rows_of(folder_of_lake)
    assert columns == list(rows[0]) and len(columns) == 72 and len(rows) == records
    assert line_for("PostgreSQL").startswith(r"\copy offres FROM 'offres.csv'")


def test_postgresql_loads_the_file(home, lake):
    folder_of_lake, records = lake
    server = shutil.which("pg_ctl") or next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))), None)
    if not server or os.geteuid() == 0:
        pytest.skip("there is no PostgreSQL, or it would be root, which it refuses to be")
    ((create,),) = [param.values for param in about("CREATE TABLE offres", "sql")]
    load(Path(server).parent, folder_of_lake, create, records)


def load(programs, folder, create, records):
    """A server of its own, on a socket in the folder, has as many rows as the file."""
    server, data = str(programs / "pg_ctl"), str(folder / "pg")
    calls = [str(programs / "psql"), "-h", str(folder), "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-At"]
    tried = {"cwd": folder, "check": True, "stdout": subprocess.PIPE, "text": True}
    subprocess.run([server, "initdb", "-D", data, "-o", "-E UTF8 --no-locale"], **tried)
    options = ["-o", f"-k {folder} -c listen_addresses=''", "-l", str(folder / "pg.log")]
    subprocess.run([server, "start", "-w", "-D", data, *options], **tried)
    try:
        subprocess.run([*calls, "-c", create], **tried)
        subprocess.run([*calls, "-c", line_for("PostgreSQL")], **tried)
        count = "SELECT count(*), count(*) FILTER (WHERE jsonb_typeof(skills) = 'array') > 0 FROM offres"
        assert subprocess.run([*calls, "-c", count], **tried).stdout.strip() == f"{records}|t"
    finally:
        subprocess.run([server, "stop", "-D", data, "-m", "immediate"], **tried)


@pytest.fixture(scope="module")
def datasets(home):
    """The datasets of a portal."""
    env = {"DONNEES_BRUTES": "donnees_brutes"}
    told = run(home, "sandbox", "run", "--", "sh", "-c", "harvest ckan $PORTAL_CKAN --allow-private", **env)
    lines = (home / json.loads(told.stdout)["path"]).read_text().splitlines()
    assert len(lines) == 60
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("folder", DUCKDBS, ids=[Path(folder).name for folder in DUCKDBS])
@pytest.mark.parametrize("query", blocks("sql", "catalogs"))
def test_duckdb_counts_the_datasets_of_each_licence(home, datasets, query, folder):
    program = f"import duckdb, json; print(json.dumps(duckdb.sql({query!r}).fetchall()))"
    told = json.loads(run(home, sys.executable, "-c", program, PYTHONPATH=folder).stdout)
    counted = {(portail, licence): jeux for portail, licence, jeux in told}
    assert counted == Counter((one["harvest"]["domain"], one["license"]) for one in datasets)


@pytest.mark.parametrize("text", blocks("python", "catalogs"))
def test_python_reads_every_dataset_and_its_resources(home, datasets, text):
    show = 'print(len(jeux), len(ressources), type(jeux["id"][0]).__name__, ressources.iloc[0]["url"], sep="\\n")'
    told = run(home, sys.executable, "-c", f"{text}\n{show}").stdout.splitlines()
    resources = [resource for one in datasets for resource in one["resources"]]
    assert told == [str(len(datasets)), str(len(resources)), "str", resources[0]["url"]]


def test_every_block_is_tried():
    of_the_top = {"sql": len(about("CREATE TABLE offres", "sql")), "python": 0}
    for language, top in of_the_top.items():
        tried = top + sum(len(blocks(language, family)) for family in ("france-travail", "catalogs"))
        assert tried == len(blocks(language)), language
    tried = [about(words, "sql", "france-travail") for words in ("read_json_objects", "hive_partitioning")]
    assert sum(map(len, tried)) == len(blocks("sql", "france-travail"))
