//! What the cases of the data do not show.

use super::*;
use crate::item::Outcome;
use crate::model::{Backend, Dataset};

pub(super) fn settings() -> Settings {
    let now = "2026-06-01T00:00:00Z".parse().unwrap();
    Settings { now, ..Settings::example(Backend::Dcat, "http://data.test.org/catalog") }
}

const PREFIXES: &str = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
    @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix adms: <http://www.w3.org/ns/adms#> . @prefix gsp: <http://www.opengis.net/ont/geosparql#> .
    @prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix org: <http://www.w3.org/ns/org#> .
    @prefix spdx: <http://spdx.org/rdf/terms#> . @prefix locn: <http://www.w3.org/ns/locn#> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n";

fn page(turtle: &str, settings: &Settings) -> Page {
    let text = format!("{PREFIXES}{turtle}");
    read(
        text.to_owned().into(),
        Some("text/turtle"),
        &Url::parse("http://data.test.org/cat/page?x=1").unwrap(),
        settings,
    )
    .unwrap()
}

/// The dataset `<d>` that such properties describe, and the rules that were told of it, with their paths.
fn dataset(properties: &str) -> (Dataset, Vec<String>) {
    let page = page(&format!("<d> a dcat:Dataset ; dct:identifier 'd' ; dct:title 'D' ; {properties} ."), &settings());
    let item = page.entries.all_datasets(&settings()).remove(0);
    let told = |finding: Finding| format!("{} {}", finding.rule, finding.path.unwrap_or_default());
    match item.outcome {
        Outcome::Dataset(dataset) => (*dataset, item.findings.into_iter().map(told).collect()),
        outcome => panic!("{outcome:?}"),
    }
}

#[test]
fn the_three_files_of_one_catalogue_give_the_same() {
    let url = Url::parse("http://data.test.org/cat").unwrap();
    let files = [
        (include_str!("../../testdata/dcat/page.ttl"), "text/turtle"),
        (include_str!("../../testdata/dcat/page.rdf"), "application/rdf+xml"),
        (include_str!("../../testdata/dcat/page.jsonld"), "application/ld+json"),
    ];
    let shown = files.map(|(text, content_type)| {
        let page = read(text.to_owned().into(), Some(content_type), &url, &settings()).unwrap();
        assert_eq!(page.next.as_deref(), Some("http://data.test.org/cat?page=2"));
        assert_eq!((page.total, page.access_services.len()), (Some(2), 0));
        let mut items: Vec<_> = page
            .entries
            .all_datasets(&settings())
            .into_iter()
            .chain(page.entries.all_services(&settings()).into_iter().map(|service| service.item))
            .collect();
        items.sort_by(|a, b| a.remote_id.cmp(&b.remote_id));
        // The order of resources is that of the document, and not the same in each.
        items.iter_mut().for_each(|item| {
            if let Outcome::Dataset(dataset) = &mut item.outcome {
                dataset.resources.sort_by(|a, b| a.url.cmp(&b.url));
                dataset.resources.iter_mut().for_each(|resource| resource.extras.clear());
            }
            if let Outcome::Dataservice(service) = &mut item.outcome {
                service.datasets.sort();
            }
        });
        format!("{items:#?}")
    });
    assert_eq!(shown[0], shown[1]);
    assert_eq!(shown[0], shown[2]);
    assert!(shown[0].contains("Qualité de l'**eau**") && shown[0].contains("2021-06-30"), "{}", shown[0]);
}

#[test]
fn a_field_that_cannot_be_read_is_told_and_the_others_stay() {
    let (dataset, told) = dataset(
        "dct:created 'hier' ; dct:issued '2020' ; dct:modified '2999-01-01' ; dct:temporal <http://ailleurs.fr/p> ;
         dct:spatial <http://ailleurs.fr/lieu> ; dct:accrualPeriodicity 'parfois' ; dcat:keyword <http://mot> , 'eau' ;
         dct:conformsTo 'rien' ; dcat:contactPoint [ vcard:fn 'S' ; vcard:hasEmail 'nope' ; vcard:hasURL 'nope' ] ;
         dct:publisher <http://ailleurs.fr/org> ; adms:identifier 'doi:10.1234/a' , 'doi:10.1234/b' ;
         dcat:distribution 'texte' , [ dct:title 'vide' ] , [ dcat:accessURL 'pas une url' ] ,
         [ dct:title 'r' ; dcat:downloadURL <http://x.fr/a.csv> ; dcat:byteSize '12 Mo' ; dct:modified '2999' ; dct:issued 'x' ;
           spdx:checksum [ spdx:algorithm <http://spdx.org/rdf/terms#checksumAlgorithm_sha512> ; spdx:checksumValue 'ab' ] ]",
    );
    assert_eq!((dataset.tags, dataset.resources.len()), (vec!["eau".to_owned()], 1));
    assert_eq!(dataset.harvest.issued_at.as_deref(), Some("2020-01-01T00:00:00Z"));
    assert_eq!((dataset.harvest.created_at, dataset.harvest.modified_at, dataset.harvest.doi), (None, None, None));
    let mut told = told;
    told.sort();
    let expected = [
        "checksum.algorithm /resources/checksum",
        "contact.email /contact_points/email",
        "contact.empty /contact_points",
        "contact.form /contact_points/contact_form",
        "contact.unreachable /contact_points",
        "date.future /harvest/modified_at",
        "date.future /resources/harvest/modified_at",
        "date.unreadable /harvest/created_at",
        "date.unreadable /resources/harvest/issued_at",
        "doi.several /harvest/doi",
        "frequency.unknown /frequency",
        "keyword.iri /tags",
        "resource.literal /resources",
        "resource.no_url /resources",
        "resource.url /resources/url",
        "schema.url /schema",
        "size.unreadable /resources/filesize",
        "spatial.unreadable /spatial",
        "temporal.elsewhere /temporal_coverage",
    ];
    assert_eq!(told, expected);
}

#[test]
fn geometries_are_judged_one_by_one() {
    let (dataset, told) = dataset(
        "dct:spatial 'POINT(2 48)'^^gsp:wktLiteral , '2,48,3,49' , [ dcat:bbox 'POLYGON((2 48,3 48'^^gsp:wktLiteral ] ,
         [ locn:geometry [ gsp:asWKT 'POLYGON((0 0,1 0,1 1,0 0))'^^gsp:wktLiteral ] ] ,
         '{\"type\":\"Polygon\",\"coordinates\":[[[652000,0],[1,0],[1,1],[652000,0]]]}'^^gsp:geoJSONLiteral",
    );
    assert_eq!(dataset.spatial.unwrap().geom.coordinates.len(), 2);
    assert_eq!(told, ["spatial.shape /spatial", "spatial.unreadable /spatial", "spatial.unsound /spatial"]);
}

#[test]
fn of_several_values_french_counts_and_else_the_first() {
    let (dataset, _) =
        dataset("dct:description 'b'@en , 'a'@fr-FR , 'c'@fr ; skos:altLabel 'Z' , 'A' ; dct:abstract 'non'");
    assert_eq!((dataset.description.as_str(), dataset.acronym.as_deref()), ("a", Some("Z")));
}

#[test]
fn a_blank_node_is_its_label_or_value_or_nothing() {
    let (dataset, _) = dataset(
        "dct:rights [ rdfs:label 'Étiquette' ] , [ rdf:value 'Valeur' ] , [ dct:description 'Texte' ] , [ ] ;
         dcat:distribution [ dcat:accessURL <http://x.fr/> ; dct:format [ rdf:value 'CSV' ] ; dcat:mediaType [ ] ]",
    );
    assert_eq!(dataset.extras["dcat"]["rights"], serde_json::json!(["Étiquette", "Valeur", "Texte"]));
    assert_eq!((dataset.resources[0].format.as_deref(), dataset.resources[0].mime.as_deref()), (Some("csv"), None));
    assert_eq!(dataset.resources[0].title, "Ressource csv");
}

#[test]
fn resources_of_one_address_have_keys_of_their_own() {
    let wms = "dcat:accessURL <http://x.fr/wms> ; dcat:accessService [ dct:conformsTo <http://www.opengeospatial.org/standards/WMS> ]";
    let (dataset, _) = dataset(&format!(
        "dcat:distribution [ dct:title 'a' ; {wms} ] , [ dct:title 'u' ; dcat:accessURL <http://x.fr/u> ; dct:description 'premier' ] ,
         [ dct:title 'u' ; dcat:accessURL <http://x.fr/u> ; dct:description 'dernier' ] ,
         [ dct:title 'v' ; dcat:accessURL <http://x.fr/v> ] , [ dct:title 'w' ; dcat:accessURL <http://x.fr/v> ]"
    ));
    let keys: Vec<_> = dataset.resources.iter().map(|resource| resource.key.as_str()).collect();
    assert_eq!(keys, ["http://x.fr/wms a", "http://x.fr/u", "http://x.fr/v v", "http://x.fr/v w"]);
    assert_eq!((dataset.resources[0].kind.as_str(), dataset.resources[1].description.as_str()), ("api", "dernier"));
}

#[test]
fn an_address_that_cannot_be_followed_gives_way_to_the_other() {
    let (dataset, told) =
        dataset("dcat:distribution [ dct:title 'a' ; dcat:downloadURL 'nulle part' ; dcat:accessURL <http://x.fr/> ]");
    assert_eq!(dataset.resources[0].url, "http://x.fr/");
    assert_eq!(told, ["resource.url /resources/url"]);
}

#[test]
fn what_inspire_limits_has_no_licence() {
    let limits =
        "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1";
    let (of_iri, _) = dataset(&format!("dct:accessRights <{limits}e> ; dct:license 'lov2'"));
    assert_eq!((of_iri.access_type.as_str(), of_iri.license), ("restricted", None));
    assert_eq!(of_iri.access_type_reason_category.as_deref(), Some("intellectual_property_rights"));
    let (of_label, _) = dataset(
        "dct:rights \"L124-5-II-1 du code de l’environnement (Directive 2007/2/CE (INSPIRE), Article 13.1.b)\"",
    );
    assert_eq!(
        of_label.access_type_reason_category.as_deref(),
        Some("international_relations_public_security_or_national_defence")
    );
}

#[test]
fn distributions_that_agree_speak_for_the_dataset() {
    let distribution = |title, license| {
        format!(
            "[ dct:title '{title}' ; dcat:accessURL <http://x.fr/{title}> ; dct:license '{license}' ; dct:rights 'r' ]"
        )
    };
    let (dataset, _) =
        dataset(&format!("dcat:distribution {} , {}", distribution("a", "lov2"), distribution("b", "odbl")));
    assert_eq!(dataset.extras["dcat"], serde_json::json!({"rights": ["r"]}));
    assert_eq!(dataset.license.as_deref(), Some("lov2"));
}

#[test]
fn agents_belong_to_organisations() {
    let (dataset, told) = dataset(
        "dct:creator [ foaf:name 'Agent' ; org:memberOf [ foaf:name 'Ville' ; foaf:mbox <mailto:ville@example.org> ] ] ;
         dct:publisher [ foaf:name 'Région' ; foaf:member [ foaf:name 'Bureau' ] ] , [ vcard:fn 'Carte' ] ;
         dcat:contactPoint [ foaf:name 'Service' ; foaf:mbox 'mailto:s@example.org' ] ,
         [ vcard:fn 'Guichet' ; vcard:org [ vcard:organization-name 'Mairie' ] ; vcard:hasEmail [ vcard:hasValue <mailto:m@example.org> ] ]",
    );
    let shown = dataset.contact_points.iter().map(|contact| {
        format!(
            "{} {} {}",
            contact.role,
            contact.name.as_deref().unwrap_or("-"),
            contact.email.as_deref().unwrap_or("-")
        )
    });
    let shown: Vec<_> = shown.collect();
    let expected = [
        "contact Service s@example.org",
        "contact Guichet (Mairie) m@example.org",
        "publisher Bureau (Région) -",
        "publisher Carte -",
        "creator Agent (Ville) ville@example.org",
    ];
    assert_eq!((shown, told), (expected.map(str::to_owned).to_vec(), Vec::new()));
}

#[test]
fn the_record_of_a_portal_gives_the_address() {
    let with = Settings { remote_url_prefix: Some("https://portail.fr/jeu/".into()), ..settings() };
    let turtle = "<d> a dcat:Dataset ; dct:identifier 'd' ; dct:title 'D' ; dcat:landingPage <https://x.fr/> .
        <r> foaf:primaryTopic <d> ; dct:identifier 'r-1' .";
    assert_eq!(
        page(turtle, &with).entries.all_datasets(&with)[0].remote_url.as_deref(),
        Some("https://portail.fr/jeu/r-1")
    );
    assert_eq!(
        page(turtle, &settings()).entries.all_datasets(&settings())[0].remote_url.as_deref(),
        Some("https://x.fr/")
    );
}

#[test]
fn what_is_only_named_makes_no_item() {
    let page = page(
        "<s> a dcat:DataService ; dct:identifier 's' ; dct:title 'S' ; dcat:servesDataset <ailleurs> , <d> .
         <ailleurs> a dcat:Dataset . <sans> a dcat:Dataset ; dct:title 'Sans identifiant' . <cat> dcat:dataset <nu> . <nu> a dcat:Dataset .
         <d> a dcat:Dataset , dcat:DatasetSeries ; dct:identifier 'id-d' ; dct:title 'D' ; dcat:distribution
         [ dcat:accessURL <http://x.fr/> ; dcat:accessService <acces> , [ a dcat:DataService ] ] . <acces> a dcat:DataService .",
        &settings(),
    );
    let rules: Vec<_> = page
        .entries
        .all_datasets(&settings())
        .iter()
        .map(|item| item.findings.first().map(|finding| finding.rule.to_string()))
        .collect();
    assert_eq!(rules, [Some("item.no_identifier".to_owned()), Some("item.no_identifier".to_owned()), None]);
    let services = page.entries.all_services(&settings());
    let Outcome::Dataservice(service) = &services[0].item.outcome else { panic!() };
    assert_eq!(service.datasets, ["http://data.test.org/cat/ailleurs", "id-d"]);
    assert_eq!(services.len(), 2, "the access service that has an address is judged at the end of all pages");
    assert_eq!(page.access_services, ["http://data.test.org/cat/acces"]);
}

#[test]
fn the_next_page_is_absolute_and_without_fragment() {
    for (turtle, next) in [
        ("<v> a hydra:PartialCollectionView ; hydra:next <?page=2#x> .", Some("http://data.test.org/cat/page?page=2")),
        ("<v> a hydra:PagedCollection ; hydra:nextPage 'autre' .", Some("http://data.test.org/cat/autre")),
        ("<v> a hydra:PartialCollectionView ; hydra:next 'http://[' .", Some("http://[")),
        ("<v> hydra:next <autre> .", None),
    ] {
        assert_eq!(page(turtle, &settings()).next.as_deref(), next, "{turtle}");
    }
}

#[test]
fn nodes_that_all_others_share_do_not_make_a_page_grow_without_limit() {
    let shared =
        format!("<long> dct:title 'x' ; dcat:accessURL <http://x.fr/> ; dct:description '{}' .", "x".repeat(1 << 20));
    let many: String = (0..200)
        .map(|n| {
            format!("<d{n}> a dcat:Dataset ; dct:identifier 'd{n}' ; dct:title 'D' ; dcat:distribution <long> .\n")
        })
        .collect();
    let text = format!("{PREFIXES}{many}{shared}");
    let page = read(text.into(), Some("text/turtle"), &settings().url, &settings()).unwrap();
    let refused = page.entries.datasets(&settings(), |_| Ok(true)).unwrap_err();
    assert!(refused.to_string().contains("share"), "{refused}");
    assert_eq!(refused.downcast_ref::<step::Failure>().unwrap().code(), step::ExitCode::BadInput);
}

#[test]
fn a_page_that_cannot_be_used_ends_with_65() {
    let url = settings().url;
    for (text, content_type) in [
        ("<html><body>Portail</body></html>", "text/turtle"),
        ("bonjour", "image/png"),
        ("bonjour", "text/turtle"),
        ("<r>", "application/rdf+xml"),
        ("{\"@context\": \"http://10.0.0.1/\", \"a\": 1}", "application/ld+json"),
    ] {
        let refused = read(text.to_owned().into(), Some(content_type), &url, &settings()).unwrap_err();
        let failure = refused.downcast_ref::<step::Failure>().unwrap();
        assert_eq!(failure.code(), step::ExitCode::BadInput, "{text}");
        assert!(failure.to_string().starts_with("could not "), "{failure}");
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(300))]

    #[test]
    fn no_broken_page_makes_the_mapping_panic(places in proptest::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 1..6)) {
        // Pieces of a catalogue change places: it stays readable more often than with random bytes.
        for (text, content_type) in [
            (include_str!("../../testdata/dcat/page.ttl"), "text/turtle"),
            (include_str!("../../testdata/dcat/page.rdf"), "application/rdf+xml"),
            (include_str!("../../testdata/dcat/page.jsonld"), "application/ld+json"),
        ] {
            let mut words: Vec<&str> = text.split_inclusive([' ', '\n', '>', '"']).collect();
            for (from, to) in &places {
                let at = |place: &f64| (place * words.len() as f64) as usize;
                let (from, to) = (at(from), at(to));
                words.swap(from, to);
            }
            let _ = read(words.concat().into(), Some(content_type), &settings().url, &settings());
        }
    }
}
