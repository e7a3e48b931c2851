"""Public contracts: each file on its own, red where it is not valid, and the others go on."""

import json

import pytest
from conftest import load

BUYER = "82376491900200"
OPERATOR = "83960291900244"

CONTRACT = {
    "_type": "Marché",
    "id": "2019000100",
    "acheteur": {"id": BUYER, "nom": "Ville d'essai"},
    "nature": "Marché",
    "objet": "Réfection d'un toit",
    "codeCPV": "45261210",
    "procedure": "Procédure adaptée",
    "lieuExecution": {"code": "35238", "typeCode": "Code commune", "nom": "Rennes"},
    "dureeMois": 3,
    "dateNotification": "2019-04-27",
    "datePublicationDonnees": "2019-04-29",
    "montant": 21800.1,
    "formePrix": "Ferme",
    "titulaires": [{"typeIdentifiant": "SIRET", "id": OPERATOR, "denominationSociale": "Entreprise d'essai"}],
    "modifications": [],
}

# Of a table without a SIRET: written, and not valid.
BRETON = (
    "Nmarché;LibelleEntiteMandataire;Objet;Montant attribue HT;SIRETContractant;DenominationSociale;Role\n"
    "2015-001;Ville d'essai;Sel;1000;300599123;A;Titulaire\n"
)


@pytest.fixture
def files(data):
    """A file that is valid, one that is not, and one that cannot be read as anything."""
    data.mkdir(parents=True)
    texts = {
        "bons.json": json.dumps({"marches": [CONTRACT]}),
        "manquants.csv": BRETON,
        "autre.csv": "a;b;c\n1;2;3\n",
    }
    for name, text in texts.items():
        (data / name).write_text(text)
    return {name: str(data / name) for name in texts}


def test_each_file_goes_its_own_way(files, data, run):
    tried = run(load("marches"), conf={"files": list(files.values())})
    ended = {(one.task, one.map_index): one.state for one in tried if one.command}
    assert ended == {
        ("convert_procurement", 0): "success",
        ("convert_procurement", 1): "success",
        ("convert_procurement", 2): "failed",
        ("validate_procurement", 0): "success",
        ("validate_procurement", 1): "failed",
    }
    commands = {(one.task, one.map_index): one.command for one in tried if one.command}
    assert commands["convert_procurement", 1] == ["convert-procurement", files["manquants.csv"]]
    assert commands["validate_procurement", 1] == ["validate-procurement", str(data / "marches/manquants.json")]
    messages = {(one.task, one.map_index): one.message for one in tried if one.state == "failed"}
    assert all("(exit code 65)" in message for message in messages.values())
    assert "1 of 1 contracts invalid" in messages["validate_procurement", 1]
    for name in ("bons.json", "bons.validation.json", "bons.validation.html", "manquants.json", "manquants.validation.html"):
        assert (data / "marches" / name).stat().st_size > 0, name


def test_a_run_without_files_says_so(data, run):
    tried = run(load("marches"))
    assert [(one.task, one.state) for one in tried] == [("choose_files", "failed")]
    assert "`files` names none" in tried[0].message
