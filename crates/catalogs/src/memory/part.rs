//! What is remembered of an answer, written as its items come.

use std::io::Write;

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use transfer::Validators;

use super::{State, Unit, UnitItem, UnitService};

/// Items and services of a unit, written as they come: held as they are, they would take some times as much.
#[derive(Debug, Default)]
pub(crate) struct PartTold {
    items: Vec<u8>,
    services: Vec<u8>,
}

impl PartTold {
    pub(crate) fn add_item(&mut self, item: &UnitItem) -> Result<()> {
        add(&mut self.items, item)
    }

    /// The item, which is in another state now.
    pub(crate) fn add_item_as(&mut self, item: &UnitItem, state: State) -> Result<()> {
        match item.state == state {
            true => self.add_item(item),
            false => self.add_item(&UnitItem { state, ..item.clone() }),
        }
    }

    pub(crate) fn add_service(&mut self, service: &UnitService) -> Result<()> {
        add(&mut self.services, service)
    }

    /// Appends the line of a unit, with what was told here in place of its lists.
    pub(crate) fn write(&self, unit: &Unit, output: &mut Vec<u8>) -> Result<()> {
        #[derive(Serialize)]
        struct Head<'a> {
            key: &'a str,
            validators: &'a Validators,
            hash: &'a str,
            data: &'a Value,
        }
        let Unit { key, validators, hash, data, .. } = unit;
        output.extend_from_slice(b"{\"unit\":");
        serde_json::to_writer(&mut *output, &Head { key, validators, hash, data })
            .context("could not remember an answer")?;
        // The lists stand in the same object.
        output.pop();
        for (name, list) in [("items", &self.items), ("services", &self.services)] {
            write!(output, ",\"{name}\":[").context("could not remember an answer")?;
            output.extend_from_slice(list);
            output.push(b']');
        }
        output.extend_from_slice(b"}}\n");
        Ok(())
    }
}

fn add(list: &mut Vec<u8>, element: &impl Serialize) -> Result<()> {
    if !list.is_empty() {
        list.push(b',');
    }
    serde_json::to_writer(list, element).context("could not remember an item")
}
