"""One pass of csv and json: columns renamed, nothing repaired, judged or told."""

import csv
import json
import sys

NAMES = {
    "Identifiant": "id",
    "Nom du lieu": "nom",
    "SIRET": "siret",
    "Mis à jour": "date_maj",
    "Voie": "adresse",
    "CP": "code_postal",
    "Ville": "commune",
    "X": "longitude",
    "Y": "latitude",
    "Tél.": "telephone",
    "Site": "site_web",
    "Horaires": "horaires_accueil",
}

with open(sys.argv[1], newline="", encoding="utf-8") as table, open(sys.argv[2], "w", encoding="utf-8") as output:
    output.write("[")
    separator = "\n"
    for row in csv.DictReader(table, delimiter=";"):
        record = {field: row[column] for column, field in NAMES.items() if row[column]}
        output.write(separator)
        json.dump(record, output, ensure_ascii=False)
        separator = ",\n"
    output.write("\n]\n")
