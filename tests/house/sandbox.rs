//! The inside of the sandbox: what all remotes share names none of them, no remote names another, and no two files need
//! each other.
//!
//! Cargo sees one crate there, so the sources are read: each path in them that leads to a module of the crate is a name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::{list_sources, root};

/// The areas that all remotes share, and which of them each may name. Whatever else has a folder is a remote.
const SHARED: [(&str, &[&str]); 2] = [("world", &[]), ("wire", &["world"])];

/// The files of the crate, by their path as a module: `wire::front`. The two roots are `` and `main`.
type Sources = BTreeMap<String, String>;

#[test]
fn what_remotes_share_names_none_and_no_remote_names_another() {
    crate::assert_unbroken(break_areas(&read_sources()));
}

#[test]
fn no_two_files_of_the_sandbox_need_each_other() {
    crate::assert_unbroken(find_circles(&read_sources()));
}

fn read_sources() -> Sources {
    let folder = root().join("crates/sandbox/src");
    let module = |path: &Path| {
        let path = path.strip_prefix(&folder).expect("it is below").with_extension("");
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if parts == ["lib"] { String::new() } else { parts.join("::") }
    };
    let read = |path: &Path| fs::read_to_string(path).expect("a source is text");
    list_sources(&folder).iter().map(|path| (module(path), read(path))).collect()
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

/// Every circle that is found from its first file on.
fn find_circles(sources: &Sources) -> Vec<String> {
    let needs: BTreeMap<&str, BTreeSet<String>> =
        sources.iter().map(|(module, text)| (module.as_str(), names(sources, module, text))).collect();
    let mut circles = BTreeSet::new();
    for start in needs.keys() {
        if let Some(mut circle) = way(&needs, start, start, &mut BTreeSet::new()) {
            circle.sort();
            circles.insert(circle);
        }
    }
    let told = |circle: &Vec<String>| {
        format!("sandbox: `{}` need each other: move what both need to a file of its own", circle.join("`, `"))
    };
    circles.iter().map(told).collect()
}

/// The files on a way from `at` to `end`, `at` included.
fn way(
    needs: &BTreeMap<&str, BTreeSet<String>>,
    at: &str,
    end: &str,
    seen: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    for next in needs.get(at)? {
        if next == end {
            return Some(vec![at.to_owned()]);
        }
        if seen.insert(next.clone())
            && let Some(mut rest) = way(needs, next, end, seen)
        {
            rest.push(at.to_owned());
            return Some(rest);
        }
    }
    None
}

/// The other files that one names, its tests aside.
fn names(sources: &Sources, module: &str, text: &str) -> BTreeSet<String> {
    let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or_default();
    let lines: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let absolute = paths(&lines.join("\n")).into_iter().filter_map(|path| resolve(sources, module, &path));
    absolute.filter(|named| named != module).collect()
}

/// The file that a path leads to; none if it leads out of the crate.
fn resolve(sources: &Sources, module: &str, path: &[String]) -> Option<String> {
    let mut at: Vec<&str> = module.split("::").filter(|part| !part.is_empty()).collect();
    let mut rest = path.iter().map(String::as_str).peekable();
    let is_child = |name: &str| sources.contains_key(&[&at[..], &[name]].concat().join("::"));
    match rest.peek().copied()? {
        "crate" => {
            rest.next();
            at.clear();
        }
        "self" => drop(rest.next()),
        "super" => {
            while rest.next_if_eq(&"super").is_some() {
                at.pop();
            }
        }
        // Alone, it declares the module, or is a variable of the same name.
        name if path.len() > 1 && is_child(name) => {}
        _ => return None,
    }
    for part in rest {
        at.push(part);
        if !sources.contains_key(&at.join("::")) {
            at.pop();
            break;
        }
    }
    // An item that the root itself holds is not looked for.
    Some(at.join("::")).filter(|found| !found.is_empty())
}

/// Every path of a text, with those in braces spelt out: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(text: &str) -> Vec<Vec<String>> {
    let (mut found, mut prefixes, mut path) = (vec![], vec![vec![]], Vec::<String>::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first.is_alphabetic() || first == '_' {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
            if path.is_empty() {
                path.clone_from(&prefixes[prefixes.len() - 1]);
            }
            path.push(rest[..end].to_owned());
            rest = &rest[end..];
            if let Some(after) = rest.strip_prefix("::{") {
                prefixes.push(std::mem::take(&mut path));
                rest = after;
            } else if let Some(after) = rest.strip_prefix("::") {
                rest = after;
            } else {
                found.push(std::mem::take(&mut path));
            }
            continue;
        }
        // A turbofish, or a brace of a block.
        path.clear();
        match first {
            '{' => prefixes.push(vec![]),
            '}' if prefixes.len() > 1 => drop(prefixes.pop()),
            _ => {}
        }
        rest = &rest[first.len_utf8()..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(of: &[(&str, &str)]) -> Sources {
        of.iter().map(|(module, text)| ((*module).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn paths_are_spelt_out() {
        let joined = |text| paths(text).iter().map(|path| path.join("::")).collect::<Vec<_>>();
        assert_eq!(joined("use a::{b, c::{D, e::F}};"), ["use", "a::b", "a::c::D", "a::c::e::F"]);
        assert_eq!(joined("fn f() { g::h(1) }\ni::j"), ["fn", "f", "g::h", "i::j"]);
    }

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

    #[test]
    fn a_circle_is_found_and_a_mere_line_is_not() {
        let line = [("a", "mod b;\nuse b::X;"), ("a::b", "mod d;\nuse crate::c::Y;"), ("a::b::d", "use super::Z;")];
        assert_eq!(find_circles(&sources(&[&line[..], &[("c", "")]].concat())), Vec::<String>::new());
        let circle = [("a", "mod b;\nuse b::X;"), ("a::b", "use crate::c::Y;"), ("c", "use crate::a::Z;")];
        let found = find_circles(&sources(&circle));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("`a`, `a::b`, `c`"), "{found:?}");
    }
}
