//! The section `[marche]` of a mapping: what single fields cannot say.

use mapping::{Fault, Parsed, Setting};

/// The conditions under which records are one contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) by_acheteur: bool,
    pub(crate) by_id: bool,
    pub(crate) by_objet: bool,
}

/// The columns of the place where a contract is carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Lieu {
    pub(crate) insee: Option<String>,
    pub(crate) granularite: Option<String>,
    pub(crate) postal: Option<String>,
    pub(crate) nom: Option<String>,
}

/// The section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// Pairs of columns: identifier and name of one body.
    pub(crate) acheteur: Vec<(String, String)>,
    pub(crate) lieu: Lieu,
    pub(crate) role: Option<String>,
    pub(crate) group: Group,
    /// The last two digits of `id` are the state of the contract.
    pub(crate) etat: bool,
    /// Columns that are known, and hold nothing that the format has a place for.
    pub(crate) unused: Vec<String>,
}

impl Default for Section {
    fn default() -> Self {
        Self {
            acheteur: Vec::new(),
            lieu: Lieu::default(),
            role: None,
            group: Group { by_acheteur: true, by_id: true, by_objet: true },
            etat: false,
            unused: Vec::new(),
        }
    }
}

impl Section {
    /// Reads the section, if there is one.
    ///
    /// # Errors
    /// What is wrong in it, with its line.
    pub(crate) fn read(setting: Option<&Setting>) -> Parsed<Self> {
        let mut section = Self::default();
        let Some(setting) = setting else { return Ok(section) };
        let table = setting.table()?;
        table.allow(&["acheteur", "lieu", "role", "group", "etat", "unused"], "`[marche]`")?;
        if let Some(pairs) = table.get("acheteur") {
            section.acheteur = pairs.list()?.iter().map(pair).collect::<Parsed<_>>()?;
            if section.acheteur.is_empty() {
                return Err(pairs.odd("a list of pairs of columns that is not empty"));
            }
        }
        if let Some(lieu) = table.get("lieu") {
            section.lieu = read_lieu(lieu)?;
        }
        section.role = table.get("role").map(|role| role.text().map(str::to_owned)).transpose()?;
        if let Some(group) = table.get("group") {
            section.group = read_group(group)?;
        }
        section.etat = table.get("etat").map(Setting::truth).transpose()?.unwrap_or(false);
        section.unused = table.get("unused").map(Setting::texts).transpose()?.unwrap_or_default();
        Ok(section)
    }

    /// The columns that it reads, in order.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        let pairs = self.acheteur.iter().flat_map(|(id, name)| [id, name]);
        let Lieu { insee, granularite, postal, nom } = &self.lieu;
        let single = [insee, granularite, postal, nom, &self.role].into_iter().flatten();
        pairs.chain(single).map(String::as_str)
    }
}

fn pair(setting: &Setting) -> Parsed<(String, String)> {
    match setting.texts()?.as_slice() {
        [id, name] => Ok((id.clone(), name.clone())),
        _ => Err(Fault::at(setting.line, "there should be two columns: identifier and name of one body")),
    }
}

fn read_lieu(setting: &Setting) -> Parsed<Lieu> {
    let table = setting.table()?;
    table.allow(&["insee", "granularite", "postal", "nom"], "`lieu`")?;
    let text = |name: &str| table.get(name).map(|column| column.text().map(str::to_owned)).transpose();
    let lieu =
        Lieu { insee: text("insee")?, granularite: text("granularite")?, postal: text("postal")?, nom: text("nom")? };
    match lieu {
        Lieu { insee: None, postal: None, nom: None, .. } => {
            Err(Fault::at(setting.line, "`lieu` names none of insee, postal, nom"))
        }
        Lieu { insee: None, granularite: Some(_), .. } => {
            Err(Fault::at(setting.line, "`granularite` is of an INSEE code, and `lieu` has no `insee`"))
        }
        lieu => Ok(lieu),
    }
}

fn read_group(setting: &Setting) -> Parsed<Group> {
    let mut group = Group { by_acheteur: false, by_id: false, by_objet: false };
    for key in setting.list()? {
        match key.text()? {
            "acheteur" => group.by_acheteur = true,
            "id" => group.by_id = true,
            "objet" => group.by_objet = true,
            other => return Err(Fault::at(key.line, format!("`{other}` is none of acheteur, id, objet"))),
        }
    }
    match group.by_id {
        true => Ok(group),
        // Without a number nobody knows whether two records are one contract.
        false => Err(Fault::at(setting.line, "`group` has to hold `id`")),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use mapping::Mapping;

    use super::*;

    fn read(section: &str) -> Parsed<Section> {
        let text = format!(
            "schema = \"collecte.mapping/1\"\ntarget = \"decp/1.5\"\n[marche]\n{section}\n[fields]\nid = \"n\"\n"
        );
        let mapping = Mapping::parse(&text, Path::new("m.toml"), &crate::target::targets()).unwrap();
        Section::read(mapping.section(crate::target::SECTION))
    }

    #[test]
    fn what_is_absent_has_its_default() {
        assert_eq!(read("").unwrap(), Section::default());
        assert_eq!(Section::read(None).unwrap(), Section::default());
        assert!(read("etat = true\ngroup = ['id']").unwrap().etat);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (section, line, why) in [
            ("acheteur = [['a']]", 4, "two columns"),
            ("acheteur = []", 4, "not empty"),
            ("\nlieu = { inse = 'a' }", 5, "inse"),
            ("lieu = { granularite = 'g', nom = 'n' }", 4, "INSEE"),
            ("lieu = {}", 4, "none of"),
            ("group = ['id', 'titulaire']", 4, "titulaire"),
            ("group = ['objet']", 4, "has to hold"),
            ("etat = 'oui'", 4, "true or false"),
            ("roles = 'r'", 4, "roles"),
        ] {
            let fault = read(section).unwrap_err();
            assert_eq!(fault.line, Some(line), "{section}");
            assert!(fault.why.contains(why), "{}", fault.why);
        }
    }
}
