"""What others do to the same table: `peers.py WAY TABLE OUTPUT`."""

import sys


def pandas(table, output):
    import pandas

    pandas.read_csv(table, sep=";", dtype=str).to_json(output, orient="records", force_ascii=False)


PROCEDURES = {
    "MAPA - art 28": "Procédure adaptée",
    "Procédure adaptée (MAPA)": "Procédure adaptée",
    "Appel d'offre ouvert": "Appel d'offres ouvert",
}


def contract(row):
    insee = row["CodeINSEEExecution"]
    amount = row["Montant attribue HT"]
    fields = {
        "_type": "Marché",
        "id": row["Nmarché"],
        "acheteur": {
            "id": row["SIRETMandataire"] or row["SIRETAcheteur"],
            "nom": row["LibelleEntiteMandataire"] or row["LibelleAcheteur"],
        },
        "nature": row["Nature"],
        "objet": row["Objet"][:256],
        "codeCPV": row["CodeCPV"],
        "procedure": PROCEDURES.get(row["Procedure"], row["Procedure"]),
        "lieuExecution": {
            "code": insee or row["CodePostalCommuneExecution"],
            "typeCode": "Code commune" if insee else "Code postal",
            "nom": row["NomCommuneExecution"],
        },
        "dateNotification": row["DateNotification"],
        "montant": float(amount) if amount else None,
        "titulaires": [
            {"typeIdentifiant": "SIRET", "id": row["SIRETContractant"], "denominationSociale": row["DenominationSociale"]}
        ],
        "modifications": [],
    }
    return {key: value for key, value in fields.items() if value not in ("", None)}


def orjson(table, output):
    import csv

    import orjson

    with open(table, newline="", encoding="utf-8") as rows, open(output, "wb") as out:
        out.write(b'{"marches":[\n')
        before = b""
        for row in csv.DictReader(rows, delimiter=";"):
            if row["Role"] != "Sous-traitant":
                out.write(before + orjson.dumps(contract(row)))
                before = b",\n"
        out.write(b"\n]}\n")


way, *paths = sys.argv[1:]
{"pandas": pandas, "orjson": orjson}[way](*paths)
