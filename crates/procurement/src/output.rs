//! Contracts as a file of the regulatory format, one a line.

mod json;

use std::path::Path;

use anyhow::{Context as _, Result};
use files::Output;

use crate::judged::Judged;
use crate::kind::Kind;
use crate::value::Value;
use crate::version::Version;
use crate::xml_form;

use json::Json;

const COULD_NOT: &str = "could not write the contracts";

/// A file under way.
pub(crate) struct Contracts {
    form: Form,
    counts: Counts,
}

enum Form {
    Json(Box<Json>),
    Xml(Box<xml_form::Writer<Output>>),
}

/// How many contracts were written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) marche: u64,
    pub(crate) concession: u64,
}

impl Counts {
    /// Contracts of both kinds.
    pub(crate) fn total(self) -> u64 {
        self.marche + self.concession
    }

    fn add(&mut self, kind: Kind) {
        if kind.is_concession() { self.concession += 1 } else { self.marche += 1 }
    }
}

impl Contracts {
    /// Begins a file in JSON; `folder` is where what memory does not hold may wait.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn json(output: Output, version: Version, folder: &Path) -> Result<Self> {
        let form = Form::Json(Box::new(Json::begin(output, version, folder)?));
        Ok(Self { form, counts: Counts::default() })
    }

    /// Begins a file in XML.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn xml(output: Output) -> Result<Self> {
        let form = Form::Xml(Box::new(xml_form::Writer::begin(output).context(COULD_NOT)?));
        Ok(Self { form, counts: Counts::default() })
    }

    /// Who judges what is written, by the schema of its form.
    pub(crate) fn judged(&self) -> Judged {
        match &self.form {
            Form::Json(_) => Judged::json(),
            Form::Xml(_) => Judged::xml(),
        }
    }

    /// Adds a contract, which is of that version whatever those around it are of.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn write(&mut self, kind: Kind, contract: &Value<'_>, version: Version) -> Result<()> {
        match &mut self.form {
            Form::Json(json) => json.write(kind, self.counts, |line| contract.write(line))?,
            Form::Xml(xml) => xml.contract(kind, contract, version).context(COULD_NOT)?,
        }
        self.counts.add(kind);
        Ok(())
    }

    /// Adds a contract to a file in JSON, whose text is made here and now.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn write_json(&mut self, kind: Kind, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let Form::Json(json) = &mut self.form else { unreachable!("it is asked for in files of JSON alone") };
        json.write(kind, self.counts, write)?;
        self.counts.add(kind);
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// 74 when the disk refuses.
    pub(crate) fn finish(self) -> Result<(Output, Counts)> {
        let output = match self.form {
            Form::Json(json) => json.finish(self.counts)?,
            Form::Xml(xml) => xml.finish().context(COULD_NOT)?,
        };
        Ok((output, self.counts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(version: Version, kinds: &[Kind]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let mut contracts = Contracts::json(Output::create(&path).unwrap(), version, folder.path()).unwrap();
        for (nth, kind) in kinds.iter().enumerate() {
            contracts.write(*kind, &Value::number(nth.to_string()), version).unwrap();
        }
        let (output, counts) = contracts.finish().unwrap();
        assert_eq!(counts.total(), kinds.len() as u64);
        output.commit().unwrap();
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn a_contract_is_a_line_and_each_kind_has_its_list() {
        use Kind::{Concession, Marche};
        assert_eq!(written(Version::V1_5_0, &[Concession, Marche]), "{\"marches\":[\n0,\n1\n]}\n");
        assert_eq!(written(Version::V1_5_0, &[]), "{\"marches\":[]}\n");
        assert_eq!(
            written(Version::V2_0_3, &[Concession, Marche, Concession]),
            "{\"marches\":{\"marche\":[\n1\n],\"contrat-concession\":[\n0,\n2\n]}}\n"
        );
        assert_eq!(written(Version::V2_0_3, &[Concession]), "{\"marches\":{\"contrat-concession\":[\n0\n]}}\n");
        assert_eq!(written(Version::V2_0_3, &[]), "{\"marches\":{}}\n");
    }
}
