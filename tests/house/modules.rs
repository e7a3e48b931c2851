//! The files inside a crate: no two of them need each other.
//!
//! Cargo sees one crate there, so the sources are read: each path in them that leads to a module of the crate is a name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::{list_sources, root};

/// The files of a crate, by their path as a module: `wire::front`. Its two roots are `` and `main`.
pub(crate) type Sources = BTreeMap<String, String>;

/// Which circles count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Circle {
    /// Each.
    OfAny,
    /// A file may name what the file that it is part of holds: `step/page.rs` what `step.rs` does.
    BesideWhole,
}

#[test]
fn no_two_files_of_a_crate_need_each_other() {
    let crates = fs::read_dir(root().join("crates")).expect("the crates are there").flatten();
    let names = crates.filter(|entry| entry.path().join("src").is_dir()).map(|entry| entry.file_name());
    let circles = names.flat_map(|name| {
        let name = name.to_string_lossy().into_owned();
        find_circles(&name, &read_sources(&name), Circle::BesideWhole)
    });
    crate::assert_unbroken(circles.collect());
}

pub(crate) fn read_sources(of: &str) -> Sources {
    let folder = root().join("crates").join(of).join("src");
    let module = |path: &Path| {
        let path = path.strip_prefix(&folder).expect("it is below").with_extension("");
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if parts == ["lib"] { String::new() } else { parts.join("::") }
    };
    let read = |path: &Path| fs::read_to_string(path).expect("a source is text");
    list_sources(&folder).iter().map(|path| (module(path), read(path))).collect()
}

/// Every circle that is found from its first file on.
pub(crate) fn find_circles(of: &str, sources: &Sources, circle: Circle) -> Vec<String> {
    let mut needs = BTreeMap::new();
    for (module, text) in sources {
        let is_whole = |named: &String| module.strip_prefix(named.as_str()).is_some_and(|rest| rest.starts_with("::"));
        let named =
            names(sources, module, text).into_iter().filter(|named| circle == Circle::OfAny || !is_whole(named));
        needs.insert(module.as_str(), named.collect());
    }
    let mut circles = BTreeSet::new();
    for start in needs.keys() {
        if let Some(mut circle) = way(&needs, start, start, &mut BTreeSet::new()) {
            circle.sort();
            circles.insert(circle);
        }
    }
    let told = |circle: &Vec<String>| {
        format!("{of}: `{}` need each other: move what both need to a file of its own", circle.join("`, `"))
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
pub(crate) fn names(sources: &Sources, module: &str, text: &str) -> BTreeSet<String> {
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
pub(crate) mod testing {
    use super::*;

    pub(crate) fn sources(of: &[(&str, &str)]) -> Sources {
        of.iter().map(|(module, text)| ((*module).to_owned(), (*text).to_owned())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::sources;
    use super::*;

    #[test]
    fn paths_are_spelt_out() {
        let joined = |text| paths(text).iter().map(|path| path.join("::")).collect::<Vec<_>>();
        assert_eq!(joined("use a::{b, c::{D, e::F}};"), ["use", "a::b", "a::c::D", "a::c::e::F"]);
        assert_eq!(joined("fn f() { g::h(1) }\ni::j"), ["fn", "f", "g::h", "i::j"]);
    }

    #[test]
    fn a_circle_is_found_and_a_mere_line_is_not() {
        let line = [("a", "mod b;\nuse b::X;"), ("a::b", "mod d;\nuse crate::c::Y;"), ("a::b::d", "use super::Z;")];
        assert_eq!(
            find_circles("x", &sources(&[&line[..], &[("c", "")]].concat()), Circle::OfAny),
            Vec::<String>::new()
        );
        let circle = [("a", "mod b;\nuse b::X;"), ("a::b", "use crate::c::Y;"), ("c", "use crate::a::Z;")];
        let found = find_circles("x", &sources(&circle), Circle::BesideWhole);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("`a`, `a::b`, `c`"), "{found:?}");
        let whole = sources(&[("a", "mod b;\nuse b::X;"), ("a::b", "use super::Z;")]);
        assert_eq!(find_circles("x", &whole, Circle::OfAny).len(), 1);
        assert_eq!(find_circles("x", &whole, Circle::BesideWhole), Vec::<String>::new());
    }
}
