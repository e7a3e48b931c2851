//! Which mapping a table is read by: the one that is given, or the one built in whose columns stand in its header.

use std::collections::HashSet;
use std::path::Path;
use std::sync::LazyLock;

use anyhow::Result;
use mapping::Mapping;
use step::{ExitCode, Failure};
use tables::{Header, Options, fold};

use crate::section::Section;
use crate::target;
use crate::target_path::TargetPath;

/// The mappings that are built in, by name. `data/README.md` tells where their columns come from.
pub(crate) const BUILT_IN: [(&str, &str); 3] = [
    ("breton", include_str!("../data/breton.toml")),
    ("scdl", include_str!("../data/scdl.toml")),
    ("flat", include_str!("../data/flat.toml")),
];

/// So many columns make a table known.
const ENOUGH: usize = 3;

/// Columns of a header that a failure names.
const MOST_NAMED: usize = 60;

/// A mapping, and what its own section says.
#[derive(Debug, Clone)]
pub(crate) struct Heading {
    /// As reports call it: `breton`, or the name of a file.
    pub(crate) name: String,
    pub(crate) mapping: Mapping,
    pub(crate) section: Section,
}

impl Heading {
    /// Reads the mapping of a user.
    ///
    /// # Errors
    /// 2 when it is not as the language wants it, 66 when it is missing.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let mapping = Mapping::read(file, &target::targets())?;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self::new(name, mapping)
    }

    fn new(name: String, mapping: Mapping) -> Result<Self> {
        let section = Section::read(mapping.section(target::SECTION)).map_err(|fault| mapping.fault(fault))?;
        Ok(Self { name, mapping, section })
    }

    /// Those that are built in.
    pub(crate) fn built_in() -> &'static [Self] {
        static ALL: LazyLock<Vec<Heading>> = LazyLock::new(|| {
            let targets = target::targets();
            let read = |(name, text): (&str, &str)| {
                let mapping = Mapping::parse(text, Path::new(name), &targets).expect("what is built in is sound");
                Heading::new(name.to_owned(), mapping).expect("what is built in is sound")
            };
            BUILT_IN.into_iter().map(read).collect()
        });
        &ALL
    }

    /// All columns that it knows, each once, in the order in which it names them.
    pub(crate) fn known(&self) -> Vec<String> {
        let named = self.section.columns().chain(self.mapping.columns().iter().map(String::as_str));
        let mut met = HashSet::new();
        let all = named.chain(self.section.unused.iter().map(String::as_str));
        all.filter(|name| met.insert(fold(name))).map(str::to_owned).collect()
    }

    /// How to read the table: what the mapping says, and the names by which its header is found.
    pub(crate) fn options(&self) -> Options {
        Options { known: self.known(), ..self.mapping.input().clone() }
    }
}

/// The names by which a header is found while it is not known what it is.
pub(crate) fn known_by_any() -> Vec<String> {
    Heading::built_in().iter().flat_map(Heading::known).collect()
}

/// The one built in of which most columns stand in a header, that of `id` among them.
pub(crate) fn find(header: &Header) -> Option<Heading> {
    let id = TargetPath::Id as usize;
    let count = |heading: &Heading| heading.known().iter().filter(|name| header.column(name).is_some()).count();
    let has_id = |heading: &Heading| {
        // The column of `id` is the first that a mapping's fields name.
        heading.mapping.gives(id) && heading.mapping.columns().first().is_some_and(|name| header.column(name).is_some())
    };
    let known = Heading::built_in().iter().filter(|heading| has_id(heading)).map(|heading| (count(heading), heading));
    let known = known.filter(|(count, _)| *count >= ENOUGH);
    // Of equals the first counts.
    known.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, heading)| heading.clone())
}

/// That nobody knows a table with that header.
pub(crate) fn unknown(file: &Path, header: &Header) -> anyhow::Error {
    let names: Vec<String> = header
        .names()
        .iter()
        .filter(|name| !name.trim().is_empty())
        .take(MOST_NAMED)
        .map(|name| format!("`{}`", name.escape_debug()))
        .collect();
    let message = format!("could not tell what table `{}` is: its columns are {}", file.display(), names.join(", "));
    let hint = "`--suggest` writes a mapping for it, which `--mapping` then takes";
    Failure::new(ExitCode::BadInput, message).hint(hint).into()
}
