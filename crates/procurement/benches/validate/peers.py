"""What other validators need for the bare verdicts on the same file: `peers.py WAY FILE SCHEMA`."""

import json
import sys


def branch(path):
    """The schema of a marché: that of the document, its branch put at the root."""
    schema = json.load(open(path))
    for key in ("properties", "required", "type", "$id"):
        schema.pop(key, None)
    marche = schema["definitions"]["marche"]
    schema.update({key: marche[key] for key in ("properties", "required", "type", "additionalProperties")})
    return schema


def rust(path, schema):
    import jsonschema_rs

    validator = jsonschema_rs.Draft7Validator(branch(schema))
    return sum(validator.is_valid(contract) for contract in json.load(open(path))["marches"]["marche"])


def python(path, schema):
    import jsonschema

    validator = jsonschema.Draft7Validator(branch(schema))
    return sum(validator.is_valid(contract) for contract in json.load(open(path))["marches"]["marche"])


def lxml(path, schema):
    from lxml import etree

    return etree.XMLSchema(etree.parse(schema)).validate(etree.parse(path))


way, *paths = sys.argv[1:]
print({"rust": rust, "python": python, "lxml": lxml}[way](*paths))
