//! A catalogue document as RDF/XML, in pages linked by Hydra, with a data service on the last one.

use std::fmt::Write;

use jiff::civil::DateTime;

use super::record::{File, Record};

/// The page of that number, from 1, at the address of the document; and whether there is a further one.
pub(crate) fn page(records: &[Record], address: &str, number: usize, longest: usize) -> (String, bool) {
    let longest = longest.max(1);
    let start = (number.max(1) - 1).saturating_mul(longest).min(records.len());
    let end = (start + longest).min(records.len());
    let has_next = end < records.len();
    let mut xml = String::with_capacity((end - start) * 3_000 + 2_000);
    // Writing to a text cannot fail, here and below.
    let _ =
        write!(xml, "{HEAD}  <dcat:Catalog rdf:about=\"{address}\">\n    <dct:title>Données d'Ormeville</dct:title>\n");
    for record in &records[start..end] {
        let _ = writeln!(xml, "    <dcat:dataset rdf:resource=\"{}\"/>", iri(address, record));
    }
    xml.push_str("  </dcat:Catalog>\n");
    records[start..end].iter().for_each(|record| push_dataset(&mut xml, address, record));
    if !has_next {
        push_service(&mut xml, address, records.first());
    }
    let _ = write!(
        xml,
        "  <hydra:PagedCollection rdf:about=\"{address}?page={number}\">\n    \
         <hydra:totalItems rdf:datatype=\"http://www.w3.org/2001/XMLSchema#integer\">{}</hydra:totalItems>\n    \
         <hydra:itemsPerPage rdf:datatype=\"http://www.w3.org/2001/XMLSchema#integer\">{longest}</hydra:itemsPerPage>\n",
        records.len()
    );
    if has_next {
        let _ = writeln!(xml, "    <hydra:nextPage>{address}?page={}</hydra:nextPage>", number.max(1) + 1);
    }
    xml.push_str("  </hydra:PagedCollection>\n</rdf:RDF>\n");
    (xml, has_next)
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:rdfs=\"http://www.w3.org/2000/01/rdf-schema#\" \
    xmlns:dcat=\"http://www.w3.org/ns/dcat#\" xmlns:dct=\"http://purl.org/dc/terms/\" xmlns:foaf=\"http://xmlns.com/foaf/0.1/\" \
    xmlns:vcard=\"http://www.w3.org/2006/vcard/ns#\" xmlns:spdx=\"http://spdx.org/rdf/terms#\" \
    xmlns:hydra=\"http://www.w3.org/ns/hydra/core#\">\n";

const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

fn iri(address: &str, record: &Record) -> String {
    format!("{address}#{}", record.name)
}

fn push_dataset(xml: &mut String, address: &str, record: &Record) {
    let _ = writeln!(xml, "  <dcat:Dataset rdf:about=\"{}\">", iri(address, record));
    push_text(xml, "dct:identifier", &record.id);
    push_text(xml, "dct:title", &record.title);
    push_text(xml, "dct:description", &record.notes.each_ref().map(|text| format!("<p>{text}</p>")).concat());
    record.tags.iter().for_each(|tag| push_text(xml, "dcat:keyword", tag));
    push_moment(xml, "dct:created", record.created);
    push_moment(xml, "dct:issued", record.created);
    push_moment(xml, "dct:modified", record.modified);
    push_text(xml, "dct:accrualPeriodicity", record.frequency);
    let (from, to) = record.years;
    push_text(xml, "dct:temporal", &format!("{from}/{to}"));
    let _ = write!(
        xml,
        "    <dct:spatial>{}</dct:spatial>\n    <dct:license rdf:resource=\"{}\"/>\n    \
         <dcat:landingPage rdf:resource=\"https://portail.ormeville.example/jeux/{}\"/>\n    \
         <dcat:contactPoint><vcard:Kind><vcard:fn>{}</vcard:fn><vcard:hasEmail rdf:resource=\"mailto:donnees@{}.example\"/>\
         </vcard:Kind></dcat:contactPoint>\n",
        record.bounds.map(|degrees| format!("{degrees:.2}")).join(","),
        record.licence.url,
        record.name,
        escape(record.organisation.title),
        record.organisation.name,
    );
    record.files.iter().for_each(|file| push_file(xml, address, file));
    xml.push_str("  </dcat:Dataset>\n");
}

fn push_file(xml: &mut String, address: &str, file: &File) {
    let bytes = file.bytes.map_or("inconnue".to_owned(), |bytes| bytes.to_string());
    let _ = writeln!(xml, "    <dcat:distribution><dcat:Distribution rdf:about=\"{address}#{}\">", file.id);
    push_text(xml, "dct:title", &file.title);
    push_text(xml, "dct:format", file.format);
    push_text(xml, "dcat:byteSize", &bytes);
    push_moment(xml, "dct:modified", file.modified);
    let _ = write!(
        xml,
        "    <dcat:mediaType rdf:resource=\"https://www.iana.org/assignments/media-types/{}\"/>\n    \
         <dcat:downloadURL rdf:resource=\"{}\"/>\n    <spdx:checksum><spdx:Checksum>\
         <spdx:algorithm rdf:resource=\"http://spdx.org/rdf/terms#checksumAlgorithm_md5\"/>\
         <spdx:checksumValue rdf:datatype=\"{XSD}hexBinary\">{}</spdx:checksumValue></spdx:Checksum></spdx:checksum>\n    \
         </dcat:Distribution></dcat:distribution>\n",
        file.mime, file.url, file.md5
    );
}

fn push_service(xml: &mut String, address: &str, served: Option<&Record>) {
    let _ = writeln!(xml, "  <dcat:DataService rdf:about=\"{address}#interrogation\">");
    push_text(xml, "dct:identifier", "interrogation");
    push_text(xml, "dct:title", "Interrogation des données d'Ormeville");
    let _ = writeln!(xml, "    <dcat:endpointURL rdf:resource=\"https://api.ormeville.example/v1/\"/>");
    if let Some(record) = served {
        let _ = writeln!(xml, "    <dcat:servesDataset rdf:resource=\"{}\"/>", iri(address, record));
    }
    xml.push_str("  </dcat:DataService>\n");
}

fn push_text(xml: &mut String, name: &str, text: &str) {
    let _ = writeln!(xml, "    <{name}>{}</{name}>", escape(text));
}

fn push_moment(xml: &mut String, name: &str, moment: DateTime) {
    let moment = moment.strftime("%Y-%m-%dT%H:%M:%SZ");
    let _ = writeln!(xml, "    <{name} rdf:datatype=\"{XSD}dateTime\">{moment}</{name}>");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lead_to_the_end_and_hold_each_dataset_once() {
        let records: Vec<Record> = (0..5).map(|nth| Record::make(1, nth, 1)).collect();
        let pages: Vec<(String, bool)> = (1..=3).map(|number| page(&records, "http://a/c.rdf", number, 2)).collect();
        assert_eq!(pages.iter().map(|(_, has_next)| *has_next).collect::<Vec<_>>(), [true, true, false]);
        let count = |xml: &str| xml.matches("<dcat:Dataset ").count();
        assert_eq!(pages.iter().map(|(xml, _)| count(xml)).collect::<Vec<_>>(), [2, 2, 1]);
        assert!(pages[0].0.contains("<hydra:nextPage>http://a/c.rdf?page=2</hydra:nextPage>"));
        assert!(!pages[1].0.contains("DataService") && pages[2].0.contains("DataService"));
        assert_eq!(count(&page(&records, "http://a/c.rdf", usize::MAX, 2).0), 0);
    }

    #[test]
    fn what_would_be_markup_is_text() {
        let record = Record::make(1, 2, 1);
        assert_eq!(record.organisation.title, "Régie des eaux & de l'assainissement");
        let (xml, _) = page(&[record], "http://a/c.rdf", 1, 2);
        assert!(xml.contains("&lt;p&gt;Budget primitif") && xml.contains("eaux &amp; de"));
    }
}
