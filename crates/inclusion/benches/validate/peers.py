"""What the official package needs on the same records: `peers.py WAY FILE LIST [TO]`. Says seconds of the processor."""

import difflib
import json
import sys
import time

from data_inclusion.schema import v1
from data_inclusion.schema.v1 import Service, Structure
from pydantic import ValidationError

way, path, kind, *to = sys.argv[1:]
model = {"structures": Structure, "services": Service}[kind]
known = {
    "thematiques": [value.value for value in v1.Thematique],
    "publics": [value.value for value in v1.Public],
}
messages = {
    "missing": "Champ requis",
    "string_too_short": "La chaîne doit contenir au moins {min_length} caractères",
    "string_too_long": "La chaîne doit contenir au plus {max_length} caractères",
}


def judge(record):
    try:
        model.model_validate(record, context={"ignore_warnings": False})
    except ValidationError as fault:
        return fault
    return None


def verdicts(records):
    return sum(judge(record) is None for record in records)


def online(records):
    """As the online validator: a message for each error, the nearest value of two enumerations."""
    told = []
    for record in records:
        fault = judge(record)
        for error in fault.errors() if fault else ():
            field = error["loc"][0]
            near = difflib.get_close_matches(str(error["input"]), known.get(field, ()), n=1)
            text = messages.get(error["type"], error["msg"]).format(**error.get("ctx", {}))
            told.append((field, text, near))
    return len(told)


def rows(path):
    import pandas

    table = pandas.read_excel(path, dtype=str, engine="openpyxl")
    lists = {"reseaux_porteurs"}
    for row in table.to_dict("records"):
        filled = {name: value for name, value in row.items() if isinstance(value, str)}
        yield {name: value.split(",") if name in lists else value for name, value in filled.items()}


def make(path, to):
    import openpyxl

    records = json.load(open(path))
    names = list(dict.fromkeys(name for record in records for name in record))
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Structures")
    sheet.append(names)
    for record in records:
        values = (record.get(name) for name in names)
        sheet.append([",".join(value) if isinstance(value, list) else value for value in values])
    book.save(to)


if way == "make":
    make(path, to[0])
elif way == "workbook":
    start = time.process_time()
    verdicts(rows(path))
    print(time.process_time() - start)
else:
    records = json.load(open(path))
    start = time.process_time()
    {"verdicts": verdicts, "online": online}[way](records)
    print(time.process_time() - start)
