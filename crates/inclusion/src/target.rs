//! What a mapping can lead to: `data-inclusion/v1/structures` and `data-inclusion/v1/services`, handed to the mapping
//! language as values.

mod names;

use mapping::{Choices, Field, Kind as FieldKind, Target};

use crate::lists;
use crate::repair::{code, day, mail, number, siret, telephone, web};
use crate::schema::{Kind, Schema, Shape, Version};

/// The target of a list, as mapping files name it.
pub(crate) fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Structures => "data-inclusion/v1/structures",
        Kind::Services => "data-inclusion/v1/services",
    }
}

/// The list that a target is of.
pub(crate) fn kind_of(target: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| name_of(*kind) == target)
}

/// The target of each list in a version of v1, structures first. Fields are those of the schema, in its order.
pub(crate) fn targets(version: Version) -> Vec<Target> {
    Kind::ALL.into_iter().map(|kind| target(version.schema(), kind)).collect()
}

/// The target of one list.
pub(crate) fn target(schema: &Schema, kind: Kind) -> Target {
    let fields = schema.list(kind).fields.iter().map(field).collect();
    Target { name: name_of(kind).to_owned(), fields, sections: Vec::new() }
}

fn field(own: &crate::schema::Field) -> Field {
    let field = Field::new(own.name).names(names::names(own.name));
    let field = field.avoid(names::avoid(own.name).iter().copied());
    // Of several costs one wins, which is found once all of them are known.
    let is_list = own.is_list() || own.name == "frais";
    let field = if is_list { field.list().cell_list(lists::hand_on) } else { field };
    let field = match own.enumeration() {
        Some(enumeration) => {
            let choices = enumeration.choices().iter().map(|choice| (&*choice.value, &*choice.label));
            field.kind(FieldKind::Choice(Choices::new(choices)))
        }
        None => of_shape(field, own),
    };
    // The mapping itself says which source it is.
    if own.required && own.name != "source" { field.required() } else { field }
}

fn of_shape(field: Field, own: &crate::schema::Field) -> Field {
    let field = match (own.name, &own.shape) {
        ("longitude", _) => field.kind(FieldKind::Longitude).readable(number::is_longitude),
        ("latitude", _) => field.kind(FieldKind::Latitude).readable(number::is_latitude),
        ("horaires_accueil", _) => field.kind(FieldKind::Hours),
        (_, Shape::Date) => field.kind(FieldKind::Date).readable(day::is_readable),
        (_, Shape::Float { .. } | Shape::Integer { .. }) => {
            field.kind(FieldKind::Number).readable(|text| number::read(text).is_some())
        }
        (_, Shape::Url { .. }) => field.readable(web::is_readable).shape(web::is_shaped),
        (_, Shape::Email) => field.readable(mail::is_shaped).shape(mail::is_shaped),
        _ => field,
    };
    match own.name {
        "siret" => field.readable(siret::is_readable).shape(siret::is_readable),
        "telephone" => field.readable(telephone::is_readable).shape(telephone::is_shaped),
        "code_postal" => field.readable(code::is_postal),
        "code_insee" => field.readable(code::is_commune),
        _ => field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_has_its_target_with_the_fields_of_the_schema() {
        let targets = targets(Version::LATEST);
        let [structures, services] = targets.as_slice() else { panic!("two lists") };
        assert_eq!((structures.fields.len(), services.fields.len()), (20, 33));
        let required = |target: &Target| -> Vec<String> {
            target.fields.iter().filter(|field| field.is_required).map(|field| field.path.clone()).collect()
        };
        assert_eq!(required(structures), ["date_maj", "id", "nom"]);
        assert_eq!(required(services), ["date_maj", "description", "id", "nom", "structure_id"]);
        let publics = &services.fields[services.find("publics").unwrap()];
        assert!(publics.is_list && publics.choices().unwrap().has("tous-publics"));
        assert_eq!(publics.choices().unwrap().find("Tous publics"), Some("tous-publics"));
        assert_eq!(kind_of(&structures.name), Some(Kind::Structures));
        assert_eq!(kind_of("decp/1.5"), None);
    }

    #[test]
    fn an_older_release_has_its_own_values() {
        let has = |version: &str, value: &str| {
            let targets = targets(Version::read(version).unwrap());
            let field = &targets[0].fields[targets[0].find("reseaux_porteurs").unwrap()];
            field.choices().unwrap().has(value)
        };
        assert!(has("v1", "mdph") && !has("v1/1.0.7", "mdph"));
    }

    #[test]
    fn no_name_of_a_column_is_one_of_two_fields_of_a_list() {
        for target in targets(Version::LATEST) {
            let mut seen = std::collections::HashMap::new();
            for field in &target.fields {
                for name in &field.names {
                    let other = seen.insert(tables::fold(name), field.path.clone());
                    assert_eq!(other, None, "`{name}` of {} and {}", field.path, target.name);
                }
            }
        }
    }
}
