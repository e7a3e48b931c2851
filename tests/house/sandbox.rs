//! The inside of the sandbox: what all remotes share names none of them, and no remote names another.

use std::collections::BTreeSet;

use crate::modules::{Circle, Sources, find_circles, names, read_sources};

/// The areas that all remotes share, and which of them each may name. Whatever else has a folder is a remote.
const SHARED: [(&str, &[&str]); 2] = [("world", &[]), ("wire", &["world"])];

#[test]
fn what_remotes_share_names_none_and_no_remote_names_another() {
    crate::assert_unbroken(break_areas(&read_sources("sandbox")));
}

/// Stricter than elsewhere: its folders hold what no single step does.
#[test]
fn no_file_of_the_sandbox_needs_one_that_needs_it() {
    crate::assert_unbroken(find_circles("sandbox", &read_sources("sandbox"), Circle::OfAny));
}

fn break_areas(sources: &Sources) -> Vec<String> {
    let area = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let areas: BTreeSet<String> = sources.keys().filter(|module| module.contains("::")).map(|at| area(at)).collect();
    let mut broken = vec![];
    for (module, text) in sources.iter().filter(|(module, _)| areas.contains(&area(module))) {
        let own = area(module);
        let shared = SHARED.iter().find(|(name, _)| *name == own);
        let allowed = shared.map_or(&["wire", "world"][..], |(_, allowed)| allowed);
        for named in names(sources, module, text) {
            let other = area(&named);
            if areas.contains(&other) && other != own && !allowed.contains(&other.as_str()) {
                let rule = match shared {
                    Some(_) => {
                        format!("`{own}` is what remotes share: let the remote tell by `Service`, or pass it in")
                    }
                    None => "no remote names another: what both need belongs to `world` or `wire`".to_owned(),
                };
                broken.push(format!("sandbox `{module}` names `{named}`, but {rule}"));
            }
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::modules::testing::sources;

    #[test]
    fn a_name_that_crosses_a_border_is_found() {
        let crossed = |module: &str, text: &str| {
            let mut all = sources(&[("wire", ""), ("wire::log", ""), ("world", ""), ("world::clock", "")]);
            all.extend(sources(&[("a", ""), ("a::b", ""), ("c", ""), ("c::d", ""), ("options", "use crate::a::b;")]));
            all.insert(module.to_owned(), text.to_owned());
            break_areas(&all).len()
        };
        assert_eq!(crossed("a::b", "use super::x;\nuse crate::wire::log::Log;\nuse crate::world::clock;"), 0);
        assert_eq!(crossed("wire::log", "use crate::world::clock::now;"), 0);
        for (module, text) in [
            ("a::b", "use crate::c::d::E;"),
            ("a::b", "fn f() -> u8 { crate::c::d::e() }"),
            ("a::b", "use super::super::c::X;"),
            ("wire::log", "use crate::{world::clock, a::b::C};"),
            ("world::clock", "use crate::wire::log::Log;"),
        ] {
            assert_eq!(crossed(module, text), 1, "{module}: {text}");
        }
    }
}
