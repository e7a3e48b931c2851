//! The names in an archive: only those that stay below any folder they are put in.

/// No file system that we know takes a longer part of a path, or a longer path.
const LONGEST_PART_BYTES: usize = 255;
const LONGEST_PATH_BYTES: usize = 4_096;

/// Brings a name to one form: `/` between its parts, none at its end.
///
/// # Errors
/// What is wrong with it, when it could lead out of the folder, or no file can be called so.
pub(crate) fn clean(name: &str) -> Result<String, String> {
    let refuse = |what: &str| Err(format!("the name `{}` {what}", shown(name)));
    if name.len() > LONGEST_PATH_BYTES {
        return refuse("is longer than 4,096 bytes");
    }
    if name.chars().any(char::is_control) {
        return refuse("holds a control character");
    }
    // Old tools on Windows wrote backslashes; no file may be called so.
    let path = name.replace('\\', "/");
    if path.starts_with('/') {
        return refuse("is absolute");
    }
    if path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic() {
        return refuse("begins with a drive");
    }
    // A folder may be marked by a slash at its end.
    let path = path.strip_suffix('/').unwrap_or(&path);
    for part in path.split('/') {
        match part {
            ".." => return refuse("leads out of its folder"),
            "" => return refuse("has an empty part"),
            "." => return refuse("has a part `.`"),
            _ if part.len() > LONGEST_PART_BYTES => return refuse("has a part longer than 255 bytes"),
            _ => {}
        }
    }
    Ok(path.to_owned())
}

/// A name as it may be told: escaped, and not too long.
pub(crate) fn shown(name: &str) -> String {
    const LONGEST: usize = 120;
    let escaped = name.escape_debug();
    match escaped.clone().count() > LONGEST {
        true => escaped.take(LONGEST).chain("…".chars()).collect(),
        false => escaped.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_stays_inside_is_taken() {
        for (name, path) in [
            ("a.csv", "a.csv"),
            ("a/b.shp", "a/b.shp"),
            ("a/", "a"),
            ("a\\b\\c.txt", "a/b/c.txt"),
            ("a..b/...txt", "a..b/...txt"),
            ("..c/d..", "..c/d.."),
            ("Département n° 1.txt", "Département n° 1.txt"),
            ("a/C:x", "a/C:x"),
        ] {
            assert_eq!(clean(name).as_deref(), Ok(path), "{name}");
        }
    }

    #[test]
    fn a_name_that_leads_elsewhere_or_nowhere_is_refused() {
        let long = format!("a/{}", "x".repeat(256));
        let longest = "a/".repeat(2_049);
        for name in [
            "",
            "/",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/..",
            "..\\a",
            "/a",
            "\\a",
            "\\\\host\\share\\a",
            "//host/a",
            "C:a",
            "c:/a",
            "C:\\a",
            "a//b",
            "a/./b",
            "./a",
            "a\0b",
            "a\nb",
            "\u{1b}[2Ja",
            &long,
            &longest,
        ] {
            assert!(clean(name).is_err(), "{name:?} was taken");
        }
    }

    #[test]
    fn a_refused_name_is_told_without_its_control_characters() {
        let told = clean("\u{1b}]0;a\u{7}\n{\"path\":\"x\"}").unwrap_err();
        assert!(!told.chars().any(char::is_control), "{told:?}");
        assert!(clean(&"é".repeat(4_000)).unwrap_err().len() < 400);
    }
}
