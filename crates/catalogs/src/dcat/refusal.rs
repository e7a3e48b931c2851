//! Why a page is refused, said to those who run the portal, and to those who run the harvest.

use anyhow::Error;
use step::ExitCode;
use url::Url;

use crate::answer::MOST_ELEMENTS;
use crate::rdf::{Format, NoFormat, Unusable};
use crate::verdict::JobError;

/// The answer is not RDF.
pub(super) fn of_format(why: &NoFormat, url: &Url, content_type: Option<&str>) -> Error {
    let content_type = content_type.unwrap_or("-");
    let error = match why {
        NoFormat::Html => JobError::new(
            format!("`{url}` répond une page HTML, pas un catalogue"),
            format!("could not read `{url}`: it answers a page in HTML, no catalogue"),
        )
        .hint(
            "donnez l'adresse du catalogue DCAT lui-même (par exemple `…/catalog.rdf`), pas celle de la page d'accueil",
            "give the address of the DCAT catalogue itself (such as `…/catalog.rdf`), not that of the front page",
        ),
        NoFormat::Unknown => JobError::new(
            format!("le format de `{url}` n'est pas reconnu (type annoncé : `{content_type}`)"),
            format!("could not tell the format of `{url}` (its type is `{content_type}`)"),
        )
        .hint(
            "les formats lus sont RDF/XML, JSON-LD, Turtle, N3, N-Triples et TriG : annoncez-en le type, ou nommez le \
             fichier en conséquence",
            "the formats read are RDF/XML, JSON-LD, Turtle, N3, N-Triples and TriG: the type or the file's name must say \
             which",
        ),
    };
    error.fail(ExitCode::BadInput)
}

/// The answer is of its format and cannot be used, or is not of its format.
pub(super) fn of_page(why: &Unusable, url: &Url, format: Format) -> Error {
    let format = format.name();
    let (french, english, details) = match why {
        Unusable::Syntax(why) => {
            (format!("n'est pas du {format} valide"), format!("it is no valid {format}"), vec![why.clone()])
        }
        Unusable::NoStatement(why) => (
            format!("ne contient rien qui puisse être lu comme du {format}"),
            format!("nothing in it can be read as {format}"),
            why.iter().cloned().collect(),
        ),
        Unusable::TooDeep => (
            "imbrique ses éléments sur plus de 64 niveaux, ou charge un élément de plus de 256 attributs".to_owned(),
            "it nests deeper than 64 levels, or an element has over 256 attributes".to_owned(),
            Vec::new(),
        ),
        Unusable::TooLong => (
            "contient un texte, une adresse ou des blancs de plus de 16 Mio d'un seul tenant".to_owned(),
            "a text, an address or blanks in it go on for over 16 MiB".to_owned(),
            Vec::new(),
        ),
        Unusable::TooHeavy(most) => (
            format!("contient des textes, des adresses et des déclarations qui prendraient plus de {} Mio", most >> 20),
            format!("its texts, addresses and statements would take over {} MiB", most >> 20),
            Vec::new(),
        ),
        Unusable::Entity(name) => (
            format!("définit une entité, `{name}`, qui renvoie à une autre, à un fichier ou à une adresse"),
            format!("its entity `{name}` refers to another, to a file or to an address"),
            Vec::new(),
        ),
        Unusable::Entities => (
            "définit des entités qui dépassent 16 Mio en tout".to_owned(),
            "its entities come to more than 16 MiB".to_owned(),
            Vec::new(),
        ),
        Unusable::Contexts => (
            "demande d'appliquer trop de contextes JSON-LD, et de trop grands".to_owned(),
            "it has too many contexts of JSON-LD, and too large ones".to_owned(),
            Vec::new(),
        ),
        Unusable::Context(address) => (
            format!("demande le contexte JSON-LD `{address}`, qui n'est pas connu ; aucun n'est téléchargé"),
            format!("it needs the context `{address}`, which is not built in; none is fetched"),
            Vec::new(),
        ),
    };
    let error = JobError::new(format!("`{url}` {french}"), format!("could not read `{url}`: {english}"));
    let error = match why {
        Unusable::Context(_) => error.hint(
            "écrivez le contexte dans le catalogue lui-même (`\"@context\": { … }`)",
            "write the context into the catalogue itself (`\"@context\": { … }`)",
        ),
        Unusable::TooHeavy(_) => error.hint(
            "`--max-page-mib` relève cette limite ; un catalogue en pages n'y arrive pas",
            "`--max-page-mib` raises the limit; a catalogue in pages does not come to it",
        ),
        _ => error,
    };
    error.details(details).fail(ExitCode::BadInput)
}

/// The page gives far more than it holds.
pub(super) fn of_page_that_grows(url: &Url) -> Error {
    JobError::new(
        format!("`{url}` partage les mêmes textes entre tant d'éléments que le résultat serait démesuré"),
        format!("could not read `{url}`: so many of its nodes share the same texts that the result would be huge"),
    )
    .fail(ExitCode::BadInput)
}

/// The page has more datasets and services than any page of a listing.
pub(super) fn of_too_many_entries(url: &Url) -> Error {
    JobError::new(
        format!("`{url}` contient plus de 131 072 jeux de données et services"),
        format!("could not read `{url}`: it has over {MOST_ELEMENTS} datasets and services"),
    )
    .hint(
        "publiez le catalogue en plusieurs pages (hydra:PartialCollectionView)",
        "publish the catalogue in pages (hydra:PartialCollectionView)",
    )
    .fail(ExitCode::BadInput)
}

/// One item of the page has no end of values that cannot be read.
pub(super) fn of_item_that_is_all_wrong(url: &Url) -> Error {
    JobError::new(
        format!("`{url}` contient un élément dont plus de 65 536 valeurs sont illisibles"),
        format!("could not read `{url}`: over 65536 values of one item cannot be read"),
    )
    .fail(ExitCode::BadInput)
}

/// The page would have to be rewritten as UTF-8, and is too long for that.
pub(super) fn of_encoding(url: &Url, most: usize) -> Error {
    let most = most >> 20;
    JobError::new(
        format!("`{url}` n'est pas en UTF-8 et dépasse {most} Mio"),
        format!("could not read `{url}`: it is not UTF-8 and has over {most} MiB"),
    )
    .hint(
        "publiez le catalogue en UTF-8 ; `--max-page-mib` relève cette limite",
        "publish the catalogue as UTF-8; `--max-page-mib` raises the limit",
    )
    .fail(ExitCode::BadInput)
}
