//! The numbers by which a contract is known, and its buyer's.

use crate::fault::Tell;
use crate::value::Value;
use crate::version::Version;
use crate::way::Way;

use super::contract::{Contract, buyer_id_key, fault};
use super::operator;

pub(super) fn judge(contract: &Contract<'_, '_>, tell: &mut Tell<'_>) {
    let has_uid = matches!(contract.version, Version::V1_4_0 | Version::V1_5_0);
    if has_uid
        && let (Some(uid), Some(buyer), Some(id)) = (contract.text("uid"), contract.buyer, contract.text("id"))
        && uid.strip_prefix(buyer) != Some(id)
    {
        fault("uid.mismatch", &Way::Root.key("uid"), &Value::text(uid), tell);
    }
    if contract.version.is_2_0()
        && let Some(id) = contract.text("id")
        && id.chars().any(|c| matches!(c, '&' | '"' | '\\' | '<' | ',' | ';') || c.is_whitespace())
    {
        fault("id.special_chars", &Way::Root.key("id"), &Value::text(id), tell);
    }
    if let Some(buyer) = contract.buyer {
        let way = Way::Root.key(contract.kind.buyer_key());
        operator::judge_siret(buyer, &way.key(buyer_id_key(contract.kind, contract.version)), tell);
    }
}
