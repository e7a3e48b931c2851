"""The peer of `harvest dcat`: rdflib, and a mapping that gives the same datasets. `peers.py URL FORMAT OUTPUT`."""

import datetime
import json
import re
import sys
import unicodedata
import urllib.request
from html.parser import HTMLParser

from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
LICENCES = {"https://www.etalab.gouv.fr/licence-ouverte-open-licence": "lov2"}
FREQUENCIES = {"http://purl.org/cld/freq/monthly": "monthly"}


class Markdown(HTMLParser):
    """Paragraphs and lists, which is all that the descriptions of the benchmark have."""

    def __init__(self):
        super().__init__()
        self.out = []

    def handle_starttag(self, tag, attrs):
        self.out.append({"p": "\n\n", "ul": "\n\n", "li": "\n  * "}.get(tag, ""))

    def handle_data(self, data):
        self.out.append(data)


def markdown(text):
    if "<" not in text:
        return text.strip()
    parser = Markdown()
    parser.feed(text)
    return re.sub("\n{3,}", "\n\n", "".join(parser.out).replace("\n\n\n  *", "\n\n  *")).strip()


def tag(text):
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def text(graph, node, predicate):
    values = list(graph.objects(node, predicate))
    french = [value for value in values if isinstance(value, Literal) and value.language == "fr"]
    return str((french or values)[0]).strip() if values else None


def instant(graph, node, predicate):
    value = text(graph, node, predicate)
    if not value:
        return None
    when = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    when = when.replace(tzinfo=datetime.timezone.utc) if when.tzinfo is None else when.astimezone(datetime.timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def polygon(box):
    west, south, east, north = (float(number) for number in box.split(","))
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def filled(**values):
    return {key: value for key, value in values.items() if value not in (None, [], {})}


def contacts(graph, node):
    for role, predicate, name, form in (
        ("contact", DCAT.contactPoint, VCARD.fn, VCARD.hasURL),
        ("publisher", DCTERMS.publisher, FOAF.name, None),
    ):
        for agent in graph.objects(node, predicate):
            yield filled(name=text(graph, agent, name), contact_form=form and text(graph, agent, form), role=role)


def resource(graph, node):
    size = text(graph, node, DCAT.byteSize)
    return filled(
        title=text(graph, node, DCTERMS.title),
        description=markdown(text(graph, node, DCTERMS.description)),
        url=text(graph, node, DCAT.downloadURL),
        type="main",
        filetype="remote",
        format=text(graph, node, DCTERMS.format).lower(),
        mime=text(graph, node, DCAT.mediaType),
        filesize=int(size),
        harvest=filled(uri=str(node), modified_at=instant(graph, node, DCTERMS.modified)),
    )


def dataset(graph, node):
    identifier, year = text(graph, node, DCTERMS.identifier), text(graph, node, DCTERMS.temporal)
    licence = text(graph, node, DCTERMS.license)
    return filled(
        title=text(graph, node, DCTERMS.title),
        description=markdown(text(graph, node, DCTERMS.description)),
        tags=sorted({tag(str(word)) for word in graph.objects(node, DCAT.keyword)}),
        license=LICENCES[licence],
        frequency=FREQUENCIES[text(graph, node, DCTERMS.accrualPeriodicity)],
        temporal_coverage={"start": f"{year}-01-01", "end": f"{year}-12-31"},
        spatial={
            "geom": {
                "type": "MultiPolygon",
                "coordinates": [polygon(str(box)) for box in graph.objects(node, DCTERMS.spatial)],
            }
        },
        access_type="open",
        contact_points=list(contacts(graph, node)),
        extras={"dcat": {"license": [licence]}},
        harvest=filled(
            backend="DCAT",
            remote_id=identifier,
            remote_url=text(graph, node, DCAT.landingPage),
            uri=str(node) if isinstance(node, URIRef) else None,
            dct_identifier=identifier,
            issued_at=instant(graph, node, DCTERMS.issued),
            modified_at=instant(graph, node, DCTERMS.modified),
        ),
        # Neither rdflib nor the mapping keeps the order of the document; by name it is the same.
        resources=[resource(graph, one) for one in sorted(graph.objects(node, DCAT.distribution))],
    )


def main(url, name, output):
    graph = Graph().parse(data=urllib.request.urlopen(url).read(), format=name, publicID=url)
    datasets = [dataset(graph, node) for node in graph.subjects(RDF.type, DCAT.Dataset) if not isinstance(node, BNode)]
    datasets.sort(key=lambda one: one["harvest"]["remote_id"])
    with open(output, "w", encoding="utf-8") as file:
        for one in datasets:
            file.write(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n")


main(*sys.argv[1:])
