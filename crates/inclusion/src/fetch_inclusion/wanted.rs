//! What is wanted: which lists, from where, and which of their records.

use std::path::PathBuf;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::options::misuse;
use crate::schema::Kind;

use super::Args;
use super::record::departement_of;

/// Where the lists come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Api,
    Dump,
    Files(Vec<PathBuf>),
}

/// What a run was asked, as far as two runs can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Chosen {
    pub(super) from: String,
    pub(super) exclude_source: Vec<String>,
    pub(super) duplicates: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) only: Option<Only>,
}

/// The records that one wants. Each kind that is not blank has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Only {
    pub(super) source: Vec<String>,
    pub(super) departement: Vec<String>,
    pub(super) thematique: Vec<String>,
}

impl Origin {
    /// # Errors
    /// 2 when files and addresses are mixed, or given too often.
    pub(super) fn of(from: &[String]) -> Result<Self> {
        let is_named = |name: &&String| matches!(name.as_str(), "api" | "dump");
        match (from, from.iter().filter(is_named).count()) {
            ([], _) => Ok(Self::Api),
            ([one], 1) if one == "api" => Ok(Self::Api),
            ([_], 1) => Ok(Self::Dump),
            ([_] | [_, _], 0) => Ok(Self::Files(from.iter().map(PathBuf::from).collect())),
            (_, 0) => Err(misuse("could not read from three files: there are two lists", "name a file for each list")),
            _ => Err(misuse(
                "could not read from several places at once",
                "give `--from api`, `--from dump`, or a file for each list",
            )),
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Dump => "dump",
            Self::Files(_) => "files",
        }
    }
}

/// The lists that are asked for, in the order in which they are fetched.
pub(super) fn lists(args: &Args) -> Vec<Kind> {
    args.list.map_or(Kind::ALL.to_vec(), |list| vec![list])
}

impl Chosen {
    /// # Errors
    /// 2 when what is wanted cannot be told.
    pub(super) fn of(args: &Args, origin: &Origin) -> Result<Self> {
        let only = Only {
            source: sorted(&args.only_source),
            departement: sorted(&args.departement.iter().map(|code| departement_of(code)).collect::<Vec<_>>()),
            thematique: sorted(&args.thematique),
        };
        if !only.thematique.is_empty() && args.list == Some(Kind::Structures) {
            return Err(misuse(
                "could not choose structures by `--thematique`: their services have it",
                "leave out `structures`, so that services are fetched too",
            ));
        }
        let aside = *origin == Origin::Api && !args.keep_duplicates && args.list != Some(Kind::Services);
        Ok(Self {
            from: origin.name().to_owned(),
            exclude_source: sorted(&args.exclude_source),
            duplicates: if aside { "aside" } else { "kept" }.to_owned(),
            only: (only != Only::default()).then_some(only),
        })
    }

    /// Whether duplicates are set aside.
    pub(super) fn sets_aside(&self) -> bool {
        self.duplicates == "aside"
    }

    pub(super) fn excludes(&self, source: &str) -> bool {
        self.exclude_source.iter().any(|excluded| excluded == source)
    }
}

impl Only {
    pub(super) fn fits(&self, source: &str, departement: impl FnOnce() -> String) -> bool {
        let has = |wanted: &[String], value: &str| wanted.iter().any(|wanted| wanted == value);
        (self.source.is_empty() || has(&self.source, source))
            && (self.departement.is_empty() || has(&self.departement, &departement()))
    }

    /// Whether one of them is a value that is wanted, or of a category that is.
    pub(super) fn fits_thematiques<'a>(&self, mut thematiques: impl Iterator<Item = &'a str>) -> bool {
        let is_of = |value: &str, wanted: &str| {
            value.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with("--"))
        };
        self.thematique.is_empty() || thematiques.any(|value| self.thematique.iter().any(|wanted| is_of(value, wanted)))
    }
}

/// In order, each once.
fn sorted(values: &[String]) -> Vec<String> {
    let mut sorted = values.to_vec();
    sorted.sort();
    sorted.dedup();
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(from: &[&str]) -> Option<&'static str> {
        let from: Vec<String> = from.iter().map(ToString::to_string).collect();
        Origin::of(&from).ok().map(|origin| origin.name())
    }

    #[test]
    fn a_run_reads_from_one_place() {
        assert_eq!((origin(&[]), origin(&["api"]), origin(&["dump"])), (Some("api"), Some("api"), Some("dump")));
        assert_eq!((origin(&["a.csv"]), origin(&["a.csv", "b.json"])), (Some("files"), Some("files")));
        for mixed in [&["api", "a.csv"][..], &["dump", "api"], &["dump", "dump"], &["a", "b", "c"]] {
            assert_eq!(origin(mixed), None, "{mixed:?}");
        }
    }

    #[test]
    fn a_record_has_to_fit_one_of_each_kind() {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<_>>();
        let only =
            Only { source: texts(&["a", "b"]), departement: texts(&["35"]), thematique: texts(&["mobilite", "x--y"]) };
        assert!(only.fits("b", || "35".to_owned()));
        assert!(!only.fits("c", || "35".to_owned()) && !only.fits("a", || "29".to_owned()));
        for (value, fits) in
            [("mobilite", true), ("mobilite--velo", true), ("mobilites", false), ("x--y", true), ("x", false)]
        {
            assert_eq!(only.fits_thematiques([value].into_iter()), fits, "{value}");
        }
        assert!(Only::default().fits("", String::new) && Only::default().fits_thematiques(std::iter::empty()));
    }
}
