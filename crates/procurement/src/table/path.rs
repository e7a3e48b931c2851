//! Where a place is in the contract that is written, as a JSON Pointer.

use std::fmt::Write as _;

use crate::target_path::{Part, TargetPath};

/// Where something is in a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    Own(TargetPath),
    /// A part of the nth operator.
    Titulaire(usize, TargetPath),
    /// A part of the nth modification.
    Modification(usize, TargetPath),
    /// A part of an operator of a modification.
    ModificationTitulaire(usize, usize, TargetPath),
}

/// Puts pointers together, in a text that is used again.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    is_2_0: bool,
    text: String,
}

impl Paths {
    /// 2.0 wraps what stands in lists.
    pub(crate) fn new(is_2_0: bool) -> Self {
        Self { is_2_0, text: String::new() }
    }

    /// Any place.
    pub(crate) fn of(&mut self, site: Site) -> &str {
        match site {
            Site::Own(place) => self.own(place),
            Site::Titulaire(nth, place) => self.operator(None, nth, Some(place.key())),
            Site::Modification(nth, place) => self.modification(nth, place.key()),
            Site::ModificationTitulaire(modification, nth, place) => {
                self.operator(Some(modification), nth, Some(place.key()))
            }
        }
    }

    /// A place of the contract itself.
    pub(crate) fn own(&mut self, place: TargetPath) -> &str {
        self.text.clear();
        let path = place.path();
        self.text.push('/');
        let path = path.strip_suffix("[]").unwrap_or(path);
        match path.contains('.') {
            false => self.text.push_str(path),
            true => self.text.extend(path.chars().map(|c| if c == '.' { '/' } else { c })),
        }
        &self.text
    }

    /// An operator, or a part of one, of the contract or of a modification.
    pub(crate) fn operator(&mut self, modification: Option<usize>, nth: usize, key: Option<&str>) -> &str {
        self.text.clear();
        if let Some(modification) = modification {
            self.add_modification(modification);
        }
        let wrapper = if self.is_2_0 { "/titulaire" } else { "" };
        // A String takes what is written to it.
        let _ = write!(self.text, "/titulaires/{nth}{wrapper}");
        self.add_key(key);
        &self.text
    }

    /// A part of a modification.
    pub(crate) fn modification(&mut self, nth: usize, key: &str) -> &str {
        self.text.clear();
        self.add_modification(nth);
        self.add_key(Some(key));
        &self.text
    }

    /// A place of the contract, or of the first of what is a list.
    pub(crate) fn first(&mut self, place: TargetPath) -> String {
        let key = place.key();
        match place.part() {
            Part::Own | Part::Own2 | Part::List => self.own(place),
            Part::Titulaire => self.operator(None, 0, Some(key)),
            Part::Modification => self.modification(0, key),
            Part::ModificationTitulaire => self.operator(Some(0), 0, Some(key)),
        }
        .to_owned()
    }

    fn add_modification(&mut self, nth: usize) {
        let wrapper = if self.is_2_0 { "/modification" } else { "" };
        let _ = write!(self.text, "/modifications/{nth}{wrapper}");
    }

    fn add_key(&mut self, key: Option<&str>) {
        if let Some(key) = key {
            self.text.push('/');
            self.text.push_str(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_paths() {
        let (mut one, mut two) = (Paths::new(false), Paths::new(true));
        assert_eq!(one.own(TargetPath::AcheteurId), "/acheteur/id");
        assert_eq!(two.own(TargetPath::Techniques), "/techniques");
        assert_eq!(one.operator(None, 3, Some("id")), "/titulaires/3/id");
        assert_eq!(two.operator(None, 3, Some("id")), "/titulaires/3/titulaire/id");
        assert_eq!(one.operator(Some(1), 0, None), "/modifications/1/titulaires/0");
        assert_eq!(two.operator(Some(1), 0, Some("id")), "/modifications/1/modification/titulaires/0/titulaire/id");
        assert_eq!(two.modification(0, "montant"), "/modifications/0/modification/montant");
    }
}
