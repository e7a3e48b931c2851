//! Each of the 25 fields, in every form in which JSON can hold it.

use super::*;

/// The fields as the project's list has them, read from its source where it is there.
const FIELDS: [&str; 25] = [
    "entreprise.nom",
    "entreprise.description",
    "entreprise.url",
    "entreprise.logo",
    "contact.nom",
    "contact.coordonnees1",
    "contact.coordonnees2",
    "contact.coordonnees3",
    "contact.telephone",
    "contact.courriel",
    "contact.commentaire",
    "contact.urlRecruteur",
    "contact.urlPostulation",
    "agence.telephone",
    "agence.courriel",
    "lieuTravail.codePostal",
    "lieuTravail.commune",
    "lieuTravail.libelle",
    "lieuTravail.latitude",
    "lieuTravail.longitude",
    "origineOffre.urlOrigine",
    "origineOffre.partenaires[].url",
    "origineOffre.partenaires[].logo",
    "description",
    "intitule",
];

/// One form of a field that holds `secret`, as members of an offer.
fn forms(field: &str, secret: &str) -> Vec<String> {
    let escaped = |key: &str| -> String {
        let first = key.chars().next().unwrap();
        format!("\\u{:04x}{}", u32::from(first), &key[first.len_utf8()..])
    };
    let hostile = format!("}},\\\"{field}\\\":[{{ {secret} \\\\");
    let values = [
        format!("\"{secret}\""),
        format!("\"{hostile}\""),
        format!("{{\"nested\":[\"{secret}\",{{\"deep\":\"{secret}\"}}]}}"),
        format!("[\"{secret}\"]"),
    ];
    let member = |keys: &[String], value: &str| -> String {
        keys.iter().rev().fold(value.to_owned(), |inner, key| match key.strip_suffix("[]") {
            Some(key) => format!("\"{key}\":[{{\"a\":1,{inner}}},{{{inner},\"b\":2}}]"),
            None if inner.starts_with('"') && inner.contains("\":") && key != keys.last().unwrap() => {
                format!("\"{key}\":{{\"a\":1,{inner},\"b\":2}}")
            }
            None => format!("\"{key}\":{inner}"),
        })
    };
    let plain: Vec<String> = field.split('.').map(str::to_owned).collect();
    let odd: Vec<String> = field.split('.').map(escaped).collect();
    let mut forms = Vec::new();
    for keys in [&plain, &odd] {
        for value in &values {
            let once = member(keys, value);
            forms.push(once.clone());
            // Twice, of which readers take the last.
            forms.push(format!("{once},\"x\":0,{}", member(keys, "null")));
        }
    }
    forms
}

/// A day of hand-made offers, each of which was withdrawn, and the one that was not.
struct Planted {
    world: World,
    others: Vec<String>,
}

fn plant(is_indented: bool) -> Planted {
    let world = World::new(days_of(0), &[DAY]);
    let mut offers = Vec::new();
    for (number, field) in FIELDS.iter().enumerate() {
        for (form, members) in forms(field, &format!("SECRET{number}")).iter().enumerate() {
            let id = format!("W{number:02}F{form:02}");
            offers.push((
                id.clone(),
                format!(
                    "{{\"id\":\"{id}\",\"dateCreation\":\"{DAY}T10:00:00.000Z\",{members},\"romeCode\":\"K1906\"}}"
                ),
            ));
        }
    }
    // The same fields of offers that are online stay.
    let others: Vec<String> =
        offers.iter().map(|(_, text)| text.replace("\"id\":\"W", "\"id\":\"O").replace("SECRET", "OPEN")).collect();
    let mut all: Vec<String> = offers.iter().map(|(_, text)| text.clone()).chain(others.clone()).collect();
    // An offer that is there twice loses its fields twice.
    all.push(all[0].clone());
    let text = match is_indented {
        false => format!("[\n{}\n]\n", all.join(",\n")),
        true => format!("[\n    {}\n]", all.iter().map(|offer| indent(offer)).collect::<Vec<_>>().join(" ,\n    ")),
    };
    let name = format!("offres-{DAY}");
    let mut log: Value = serde_json::from_str(&world.read(&format!("{name}.log"))).unwrap();
    log["total_offres_collecte"] = all.len().into();
    log["preuve"]["octets"] = text.len().into();
    log["preuve"]["sha256"] = sha256(text.as_bytes()).into();
    fs::write(world.path(&format!("{name}.json")), text).unwrap();
    fs::write(world.path(&format!("{name}.log")), serde_json::to_string_pretty(&log).unwrap()).unwrap();
    // First each was changed, then it went.
    let mut journal = String::new();
    for (id, offre) in &offers {
        journal += &format!(
            "{{\"id\":\"{id}\",\"jour\":\"{DAY}\",\"evenement\":\"modifiee\",\"preuve\":\"balayage\",\"vue\":\"2024-06-06T03:00:00\",\"offre\":{offre}}}\n"
        );
    }
    for (id, _) in &offers {
        journal += &format!(
            "{{\"id\":\"{id}\",\"jour\":\"{DAY}\",\"evenement\":\"retiree\",\"preuve\":\"detail\",\"vue\":\"2024-06-06T04:00:00\",\"presente_le\":\"2024-06-06T02:59:00\"}}\n"
        );
    }
    let service = log["preuve"]["service"].clone();
    let proof = json!({ "date": "2024-06-06", "service": service, "octets": journal.len(), "sha256": sha256(journal.as_bytes()), "balayages": [] });
    fs::write(world.path("miroir-2024-06-06.jsonl"), journal).unwrap();
    fs::write(world.path("miroir-2024-06-06.log"), proof.to_string()).unwrap();
    Planted { world, others }
}

/// Blanks between all tokens; strings stay as they are.
fn indent(json: &str) -> String {
    let (mut out, mut in_string, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        let is_token = !in_string && matches!(c, '{' | '}' | '[' | ']' | ',' | ':');
        if is_token {
            out.push_str("\n\t ");
        }
        out.push(c);
        if is_token {
            out.push_str("  \r\n");
        }
        match c {
            '"' if !escaped => in_string = !in_string,
            _ => {}
        }
        escaped = in_string && c == '\\' && !escaped;
    }
    out
}

#[test]
fn each_of_the_25_fields_goes_in_each_of_its_forms() {
    for is_indented in [false, true] {
        let Planted { world, others } = plant(is_indented);
        let run = anonymise(&world).run().expect_code(0);
        assert_eq!(run.receipt()["files_written"], 2);
        let name = format!("offres-{DAY}.json");
        for file in [name.as_str(), "miroir-2024-06-06.jsonl", "MODIFICATIONS.md"] {
            let text = world.read(file);
            let found =
                text.find("SECRET").map(|at| text[at.saturating_sub(200)..(at + 50).min(text.len())].to_owned());
            assert_eq!(found, None, "{file}, indented {is_indented}");
        }
        let day = world.read(&name);
        for other in &others {
            let other = if is_indented { indent(other) } else { other.clone() };
            assert!(day.contains(&other), "an offer that is online is what it was: {other}");
        }
        let elements: Vec<Value> = serde_json::from_str(&day).expect("the day is JSON");
        assert_eq!(elements.len(), 2 * others.len() + 1);
        assert!(elements.iter().all(|element| element["romeCode"] == "K1906"));
        assert_eq!(run.receipt()["anonymised"], 2 * others.len() + 1);
        anonymise(&world).run().expect_code(0);
        assert_eq!(world.read(&name), day, "once is enough");
    }
}

/// Where the facts are, the list is theirs.
#[test]
fn the_list_is_that_of_the_facts() {
    let path = trial::data("france-travail/licence/champs_a_retirer_article7.json");
    let Ok(text) = fs::read_to_string(path) else { return };
    let list: Vec<Value> = serde_json::from_str(&text).unwrap();
    let paths: Vec<&str> = list.iter().map(|field| field["chemin"].as_str().unwrap()).collect();
    assert_eq!(paths, FIELDS);
}
