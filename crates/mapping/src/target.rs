//! What a mapping can lead to: the fields of a family's schema, handed over as a value.

use std::collections::HashMap;

use tables::fold;

/// A schema that mappings can name as their target.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// As mapping files name it, such as `decp/1.5`.
    pub name: String,
    /// In the order of the schema.
    pub fields: Vec<Field>,
    /// Sections of a mapping file that the family reads itself.
    pub sections: Vec<String>,
}

/// A field of the schema.
#[derive(Debug, Clone)]
pub struct Field {
    /// Dots for inner fields, `[]` for lists of them: `titulaires[].id`.
    pub path: String,
    /// Whether it takes all values, or the first.
    pub is_list: bool,
    /// Of a list: each value keeps its place, blank and repeated ones too, since another list stands beside it.
    pub is_aligned: bool,
    pub kind: Kind,
    /// Of a closed list: the family itself finds which value a text of the input is. What the mapping says is checked
    /// all the same, and a table of values counts.
    pub is_read_by_family: bool,
    /// Whether a suggestion must find a column for it.
    pub is_required: bool,
    /// Whether no two records have the same value, for suggestions.
    pub is_unique: bool,
    /// Other names of a column that holds it, for suggestions.
    pub names: Vec<String>,
    /// Words that no column for it has in its name, for suggestions.
    pub avoid: Vec<String>,
    /// Whether the family can read a text as a value of this field.
    pub readable: fn(&str) -> bool,
    /// Whether a text looks like a value of this field and of few others, for suggestions.
    pub shape: Option<fn(&str) -> bool>,
    /// How the family reads several values of one cell.
    pub cell_list: Option<CellList>,
}

/// Hands on each of several values of a cell; false where the cell is one value. It is told whether the form says itself
/// what becomes of the cell: then only what is a list beyond doubt is one.
pub type CellList = fn(cell: &str, is_said: bool, each: &mut dyn FnMut(&str)) -> bool;

/// What values of a field are.
#[derive(Debug, Clone, Default)]
pub enum Kind {
    /// Any text.
    #[default]
    Text,
    /// One of a closed list.
    Choice(Choices),
    Date,
    Number,
    Truth,
    /// Degrees.
    Longitude,
    Latitude,
    /// Opening hours, in the syntax of OpenStreetMap.
    Hours,
}

/// A closed list: values, and what people call them.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    values: Vec<String>,
    labels: Vec<String>,
    by_name: HashMap<String, usize>,
    /// What others have mapped a word to, by its folded form.
    known: HashMap<String, Vec<usize>>,
}

impl Target {
    /// The place of a field among those of the target.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.path == path)
    }
}

impl Field {
    /// A single text.
    #[must_use]
    pub fn new(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            is_list: false,
            is_aligned: false,
            kind: Kind::Text,
            is_read_by_family: false,
            is_required: false,
            is_unique: false,
            names: Vec::new(),
            avoid: Vec::new(),
            readable: is_filled,
            shape: None,
            cell_list: None,
        }
    }

    /// It takes all values.
    #[must_use]
    pub fn list(self) -> Self {
        Self { is_list: true, ..self }
    }

    /// It takes all values, each of which keeps its place.
    #[must_use]
    pub fn aligned(self) -> Self {
        Self { is_list: true, is_aligned: true, ..self }
    }

    /// The family itself finds which value of the closed list a text of the input is.
    #[must_use]
    pub fn read_by_family(self) -> Self {
        Self { is_read_by_family: true, ..self }
    }

    /// What its values are.
    #[must_use]
    pub fn kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// The schema wants it.
    #[must_use]
    pub fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    /// No two records have the same value.
    #[must_use]
    pub fn unique(self) -> Self {
        Self { is_unique: true, ..self }
    }

    /// Other names of a column that holds it.
    #[must_use]
    pub fn names<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        Self { names: names.into_iter().map(str::to_owned).collect(), ..self }
    }

    /// Words that no column for it has in its name.
    #[must_use]
    pub fn avoid<'a>(self, words: impl IntoIterator<Item = &'a str>) -> Self {
        Self { avoid: words.into_iter().map(str::to_owned).collect(), ..self }
    }

    /// Which texts the family can read.
    #[must_use]
    pub fn readable(self, readable: fn(&str) -> bool) -> Self {
        Self { readable, ..self }
    }

    /// Which texts look like a value of it.
    #[must_use]
    pub fn shape(self, shape: fn(&str) -> bool) -> Self {
        Self { shape: Some(shape), ..self }
    }

    /// How the family reads several values of one cell.
    #[must_use]
    pub fn cell_list(self, read: CellList) -> Self {
        Self { cell_list: Some(read), ..self }
    }

    /// The closed list, where it is one.
    #[must_use]
    pub fn choices(&self) -> Option<&Choices> {
        match &self.kind {
            Kind::Choice(choices) => Some(choices),
            _ => None,
        }
    }
}

fn is_filled(text: &str) -> bool {
    !text.trim().is_empty()
}

impl Choices {
    /// Values and their labels. Of two that are folded alike, the first counts.
    #[must_use]
    pub fn new<'a>(choices: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut list = Self::default();
        for (value, label) in choices {
            list.values.push(value.to_owned());
            list.labels.push(label.to_owned());
        }
        // A value goes before any label.
        for names in [&list.values, &list.labels] {
            for (nth, name) in names.iter().enumerate() {
                list.by_name.entry(fold(name)).or_insert(nth);
            }
        }
        list
    }

    /// Words of others, and the value or values that they mean by them: evidence for suggestions, no more.
    #[must_use]
    pub fn with_known<'a>(mut self, known: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        for (word, value) in known {
            let Some(nth) = self.values.iter().position(|other| other == value) else { continue };
            let values = self.known.entry(fold(word)).or_default();
            if !values.contains(&nth) {
                values.push(nth);
            }
        }
        self
    }

    /// What others mean by a text.
    #[must_use]
    pub fn known(&self, text: &str) -> Vec<&str> {
        let known = self.known.get(&fold(text));
        known.into_iter().flatten().map(|nth| self.values[*nth].as_str()).collect()
    }

    /// The values.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// What people call each value.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The value that a text is, folded, or whose label it is.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&str> {
        let folded = fold(text);
        self.by_name.get(&folded).filter(|_| !folded.is_empty()).map(|nth| self.values[*nth].as_str())
    }

    /// Whether the list has exactly this value.
    #[must_use]
    pub fn has(&self, value: &str) -> bool {
        self.values.iter().any(|other| other == value)
    }

    /// The value that is most like a text, and how alike they are, from 0 to 1.
    #[must_use]
    pub fn nearest(&self, text: &str) -> Option<(&str, f64)> {
        let folded = fold(text);
        let like = |name: &String| strsim::normalized_damerau_levenshtein(&folded, &fold(name));
        let scores = self.values.iter().zip(&self.labels).map(|(value, label)| {
            // The last part of a value of several says what it is.
            let last = value.rsplit("--").next().unwrap_or(value).to_owned();
            (value.as_str(), like(value).max(like(label)).max(like(&last)))
        });
        scores.fold(None, |best: Option<(&str, f64)>, score| match best {
            Some(best) if best.1 >= score.1 => Some(best),
            _ => Some(score),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_found_by_its_value_or_label() {
        let choices =
            Choices::new([("tous-publics", "Tous publics"), ("jeunes", "Jeunes (16-26 ans)"), ("a", "jeunes")]);
        assert_eq!(choices.find(" TOUS  Publics"), Some("tous-publics"));
        assert_eq!(choices.find("jeunes (16-26 ANS)"), Some("jeunes"));
        assert_eq!(choices.find("Jeunes"), Some("jeunes"), "a value goes before a label");
        assert_eq!(choices.find(""), None);
        assert!(choices.has("jeunes") && !choices.has("Jeunes"));
        assert_eq!(choices.nearest("tout public").unwrap().0, "tous-publics");
        let choices =
            choices.with_known([("16-25 ans", "jeunes"), ("Étudiant", "jeunes"), ("étudiant", "a"), ("x", "y")]);
        assert_eq!(choices.known(" 16-25  ANS"), ["jeunes"]);
        assert_eq!(choices.known("etudiant"), ["jeunes", "a"]);
        assert!(choices.known("x").is_empty(), "no value of the list");
        assert_eq!(choices.find("16-25 ans"), None, "what others mean is no value");
    }
}
