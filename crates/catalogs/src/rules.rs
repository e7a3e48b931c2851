//! What a harvest looks for, in the words of those who run a portal.

use report::{Lang, Level, Rule, Rules};

/// Name, level, then message and remedy in French and in English.
type Row = (&'static str, Level, [&'static str; 2], [&'static str; 2]);

const ERROR: Level = Level::Error;
const WARNING: Level = Level::Warning;

/// All of them; a test looks whether each is met somewhere.
const ROWS: [Row; 35] = [
    (
        "item.no_identifier",
        WARNING,
        [
            "l'élément n'a pas d'identifiant : il est laissé de côté",
            "donner à chaque jeu de données un identifiant stable",
        ],
        ["the item has no identifier: it is left out", "give each dataset an identifier that stays"],
    ),
    (
        "item.no_title",
        WARNING,
        ["l'élément n'a pas de titre : il est laissé de côté", "donner un titre au jeu de données"],
        ["the item has no title: it is left out", "give the dataset a title"],
    ),
    (
        "item.no_resource",
        WARNING,
        [
            "le jeu de données n'a aucune ressource : il est laissé de côté",
            "publier au moins un fichier ou un lien, ou retirer le jeu de données du portail",
        ],
        ["the dataset has no resource: it is left out", "publish a file or link at least, or remove the dataset"],
    ),
    (
        "item.inspire",
        WARNING,
        [
            "le jeu de données vient d'un catalogue INSPIRE : il est laissé de côté pour ne pas être moissonné deux fois",
            "rien à faire, ou moissonner avec `--inspire`",
        ],
        [
            "the dataset comes from an INSPIRE catalogue: it is left out, so as not to be harvested twice",
            "nothing to do, or harvest with `--inspire`",
        ],
    ),
    (
        "item.duplicate",
        ERROR,
        [
            "cet identifiant a déjà été rencontré dans le catalogue : seul le premier élément compte",
            "donner à chaque jeu de données un identifiant qui lui soit propre",
        ],
        ["this identifier was met before: only the first item counts", "give each dataset an identifier of its own"],
    ),
    (
        "item.invalid",
        ERROR,
        [
            "une information obligatoire manque ou n'a pas la bonne forme : l'élément est inutilisable",
            "compléter l'identifiant, le nom et le titre du jeu de données",
        ],
        [
            "what is required is missing or has the wrong shape: the item cannot be used",
            "complete the dataset's identifier, name and title",
        ],
    ),
    (
        "item.unavailable",
        ERROR,
        [
            "le portail cite ce jeu de données, mais n'en donne pas la description",
            "vérifier sur le portail que la fiche est publique et s'affiche",
        ],
        [
            "the portal lists this dataset, but does not give its description",
            "see on the portal whether its page is public and can be shown",
        ],
    ),
    (
        "date.unreadable",
        WARNING,
        ["la date n'est pas lisible : elle est laissée de côté", "écrire les dates sous la forme AAAA-MM-JJ"],
        ["the date cannot be read: it is left out", "write dates as YYYY-MM-DD"],
    ),
    (
        "date.future",
        WARNING,
        ["la date de modification est dans le futur : elle est laissée de côté", "corriger la date"],
        ["the date of modification is in the future: it is left out", "correct the date"],
    ),
    (
        "temporal.unreadable",
        WARNING,
        [
            "la période couverte n'est pas lisible : elle est laissée de côté",
            "écrire la période avec un début et une fin, sous la forme AAAA-MM-JJ",
        ],
        ["the period covered cannot be read: it is left out", "write it with start and end, as YYYY-MM-DD"],
    ),
    (
        "temporal.elsewhere",
        WARNING,
        [
            "la période couverte est décrite à une autre adresse, qui n'est pas consultée",
            "décrire la période dans le catalogue lui-même",
        ],
        ["the period is described at another address, which is not asked", "describe it in the catalogue itself"],
    ),
    (
        "spatial.unreadable",
        WARNING,
        ["l'étendue géographique n'est pas lisible : elle est laissée de côté", "l'écrire en GeoJSON ou en WKT"],
        ["the spatial extent cannot be read: it is left out", "write it as GeoJSON or WKT"],
    ),
    (
        "spatial.shape",
        WARNING,
        [
            "l'étendue géographique n'est pas une surface : elle est laissée de côté",
            "donner un polygone, ou un rectangle englobant",
        ],
        ["the spatial extent is no area: it is left out", "give a polygon or a bounding box"],
    ),
    (
        "spatial.unsound",
        WARNING,
        [
            "l'étendue géographique a des coordonnées impossibles ou un contour ouvert : elle est laissée de côté",
            "vérifier l'ordre longitude, latitude et la fermeture des polygones",
        ],
        [
            "the spatial extent has impossible coordinates or an open ring: it is left out",
            "check the order longitude, latitude and that polygons close",
        ],
    ),
    (
        "frequency.unknown",
        WARNING,
        [
            "la fréquence de mise à jour n'est pas reconnue : elle est laissée de côté",
            "utiliser un terme du vocabulaire européen ou du Dublin Core",
        ],
        ["the frequency is not recognised: it is left out", "use a term of the EU's or Dublin Core's vocabulary"],
    ),
    (
        "keyword.iri",
        WARNING,
        ["le mot-clé est une adresse : il est laissé de côté", "écrire les mots-clés en toutes lettres"],
        ["the keyword is an address: it is left out", "write keywords as words"],
    ),
    (
        "contact.literal",
        WARNING,
        [
            "le contact est un simple texte : il est laissé de côté",
            "décrire le contact avec un nom et une adresse électronique ou un formulaire",
        ],
        ["the contact is a mere text: it is left out", "describe it by a name and an e-mail address or a form"],
    ),
    (
        "contact.empty",
        WARNING,
        ["le contact n'a ni nom ni adresse : il est laissé de côté", "compléter le contact"],
        ["the contact has neither name nor address: it is left out", "complete the contact"],
    ),
    (
        "contact.email",
        WARNING,
        ["l'adresse électronique du contact n'en est pas une : elle est laissée de côté", "corriger l'adresse"],
        ["the contact's e-mail address is none: it is left out", "correct the address"],
    ),
    (
        "contact.form",
        WARNING,
        [
            "l'adresse du formulaire de contact n'est pas une adresse web : elle est laissée de côté",
            "corriger l'adresse",
        ],
        ["the address of the contact form is no web address: it is left out", "correct the address"],
    ),
    (
        "contact.unreachable",
        WARNING,
        [
            "le contact n'a ni adresse électronique ni formulaire : personne ne peut lui écrire",
            "ajouter une adresse électronique ou un formulaire de contact",
        ],
        ["the contact has neither e-mail address nor form: nobody can write there", "add one of them"],
    ),
    (
        "schema.url",
        WARNING,
        ["l'adresse du schéma de données n'est pas une adresse web : elle est laissée de côté", "corriger l'adresse"],
        ["the address of the schema is no web address: it is left out", "correct the address"],
    ),
    (
        "doi.several",
        WARNING,
        ["le jeu de données a plusieurs DOI : aucun n'est retenu", "n'en garder qu'un"],
        ["the dataset has several DOIs: none is taken", "keep one"],
    ),
    (
        "resource.no_url",
        WARNING,
        ["la ressource n'a pas d'adresse : elle est laissée de côté", "donner l'adresse de téléchargement ou d'accès"],
        ["the resource has no address: it is left out", "give the address to download or access it"],
    ),
    (
        "resource.url",
        WARNING,
        [
            "l'adresse de la ressource n'est pas une adresse web : la ressource est laissée de côté",
            "corriger l'adresse",
        ],
        ["the address of the resource is no web address: the resource is left out", "correct the address"],
    ),
    (
        "resource.literal",
        WARNING,
        ["la ressource est un simple texte : elle est laissée de côté", "décrire la ressource avec une adresse"],
        ["the resource is a mere text: it is left out", "describe it with an address"],
    ),
    (
        "resource.type",
        WARNING,
        ["ce type de ressource n'est pas moissonné : la ressource est laissée de côté", "rien à faire si c'est voulu"],
        ["a resource of this type is not harvested: it is left out", "nothing to do if that is meant"],
    ),
    (
        "resource.type_unknown",
        WARNING,
        [
            "le type de ressource n'est pas connu : elle est traitée comme un fichier",
            "corriger le type de la ressource",
        ],
        ["the type of the resource is not known: it is taken for a file", "correct the type"],
    ),
    (
        "size.unreadable",
        WARNING,
        ["la taille du fichier n'est pas lisible : elle est laissée de côté", "écrire la taille en octets"],
        ["the size of the file cannot be read: it is left out", "write it in bytes"],
    ),
    (
        "checksum.algorithm",
        WARNING,
        [
            "l'empreinte du fichier n'est ni MD5, ni SHA-1, ni SHA-256 : elle est laissée de côté",
            "donner une empreinte SHA-256",
        ],
        ["the checksum is none of MD5, SHA-1, SHA-256: it is left out", "give a SHA-256"],
    ),
    (
        "identifier.changed",
        WARNING,
        [
            "ce jeu de données semble être l'ancien sous un autre identifiant : il est compté deux fois",
            "garder les identifiants d'une publication à l'autre ; l'ancien sera archivé",
        ],
        [
            "this dataset seems to be the old one under another identifier: it counts twice",
            "keep identifiers from one publication to the next; the old one will be archived",
        ],
    ),
    (
        "catalogue.empty",
        WARNING,
        ["le catalogue ne contient aucun jeu de données", "vérifier l'adresse, et l'export du catalogue"],
        ["the catalogue holds no dataset", "check the address, and the export of the catalogue"],
    ),
    (
        "catalogue.shrunk",
        WARNING,
        [
            "plus de la moitié des jeux de données ont disparu du catalogue",
            "vérifier l'export du catalogue avant que les jeux de données ne soient archivés",
        ],
        [
            "more than half of the datasets are gone from the catalogue",
            "check the export of the catalogue before the datasets are archived",
        ],
    ),
    (
        "catalogue.count",
        WARNING,
        [
            "le catalogue annonce plus de jeux de données qu'il n'en contient",
            "vérifier le nombre annoncé (`hydra:totalItems`) et les pages suivantes",
        ],
        [
            "the catalogue announces more datasets than it holds",
            "check the announced number (`hydra:totalItems`) and the further pages",
        ],
    ),
    (
        "encoding.guessed",
        WARNING,
        [
            "le texte n'est pas de l'UTF-8 et n'annonce pas son encodage : il est lu comme du Windows-1252",
            "publier le catalogue en UTF-8, ou annoncer son encodage",
        ],
        [
            "the text is not UTF-8 and does not tell its encoding: it is read as Windows-1252",
            "publish the catalogue as UTF-8, or tell its encoding",
        ],
    ),
];

/// All rules, in the words of a language.
pub(crate) fn rules(lang: Lang) -> Rules {
    let mut rules = Rules::default();
    for (name, level, [message_fr, remedy_fr], [message_en, remedy_en]) in ROWS {
        let (message, remedy) = match lang {
            Lang::Fr => (message_fr, remedy_fr),
            Lang::En => (message_en, remedy_en),
        };
        rules.add(Rule::new(name, level, message, remedy));
    }
    rules
}
