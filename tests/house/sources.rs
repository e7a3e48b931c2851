//! What a source may say, where clippy cannot tell: who lifts its lints, and what the executable of a step holds.

/// The lints that keep the streams and the exit to `step`, and unsafe code to the one place that cannot do without.
const GUARDS: [&str; 6] = [
    "clippy::print_stdout",
    "clippy::print_stderr",
    "clippy::exit",
    "clippy::disallowed_methods",
    "clippy::disallowed_types",
    "unsafe_code",
];

/// Who may lift which of [`GUARDS`]; the rest may none.
const LIFTERS: [(&str, &[&str]); 2] = [
    ("step", &["clippy::disallowed_methods", "clippy::exit", "unsafe_code"]),
    ("sandbox", &["clippy::disallowed_methods"]),
];

/// The rules that a source breaks which lifts a lint: `:12: ...`.
pub(crate) fn break_guards(package: &str, source: &str) -> Vec<String> {
    let may_lift = LIFTERS.iter().find(|(lifter, _)| *lifter == package).map_or(&[][..], |(_, lints)| *lints);
    let mut broken = vec![];
    for (at, line) in source.lines().enumerate() {
        let named = GUARDS.iter().filter(|lint| names(line, lint) && !may_lift.contains(lint));
        broken.extend(named.map(|lint| {
            let number = at + 1;
            let way_out = match *lint {
                "unsafe_code" => "there is a safe way, or `step` offers one",
                _ => "write a note (`tracing`), or return the value or the failure",
            };
            format!(":{number}: lifts `{lint}`: {way_out}")
        }));
    }
    broken
}

fn names(line: &str, lint: &str) -> bool {
    line.split(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':').any(|word| word == lint)
}

/// The rule that a manifest breaks to which the lints of the workspace do not apply.
pub(crate) fn break_lints(manifest: &str) -> Option<String> {
    let has_them = manifest.contains("\n[lints]\nworkspace = true\n");
    (!has_them).then(|| "it has no `[lints] workspace = true`: clippy would not watch it".to_owned())
}

/// The rule that the source of an executable breaks, if it holds more than `fn main` with a single statement.
pub(crate) fn break_one_statement(source: &str) -> Option<String> {
    let is_code = |line: &&str| !(line.is_empty() || line.starts_with("//") || line.starts_with('#'));
    let code: String = source.lines().map(str::trim).filter(is_code).collect();
    let body = code
        .strip_prefix("fn main()")
        .and_then(|rest| rest.split_once('{'))
        .and_then(|(_, body)| body.strip_suffix('}'))
        .map(str::trim);
    let statement = body.map(|body| body.strip_suffix(';').unwrap_or(body));
    if statement.is_none_or(|statement| statement.is_empty() || statement.contains([';', '{', '}'])) {
        return Some("it is not `fn main` with one statement: move the rest to the step's module".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_some_lift_a_lint_that_guards_the_streams() {
        let lifts = "fn f() {}\n#[expect(clippy::print_stdout, clippy::exit)]\nfn g() {}\n";
        assert_eq!(break_guards("catalogs", lifts).len(), 2);
        assert!(break_guards("catalogs", lifts)[0].starts_with(":2: lifts `clippy::print_stdout`"));
        assert_eq!(break_guards("step", lifts).len(), 1);
        assert_eq!(break_guards("step", "#![expect(clippy::disallowed_methods, reason = \"a\")]"), [""; 0]);
        assert!(break_guards("catalogs", "#![allow(unsafe_code)]")[0].contains("there is a safe way"));
        assert_eq!(break_guards("step", "#[expect(unsafe_code, reason = \"a\")]"), [""; 0]);
        assert_eq!(break_guards("catalogs", "#[expect(clippy::exit_on_purpose, clippy::too_many_lines)]"), [""; 0]);
    }

    #[test]
    fn every_manifest_takes_the_lints_of_the_workspace() {
        assert_eq!(break_lints("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n\n[dependencies]\n"), None);
        for manifest in ["[package]\nname = \"a\"\n", "[package]\n\n[lints]\nworkspace = false\n"] {
            assert!(break_lints(manifest).is_some(), "{manifest}");
        }
    }

    #[test]
    fn accepts_an_executable_of_one_statement() {
        for source in [
            "fn main() -> std::process::ExitCode { step::main(references::download::run) }",
            "fn main() -> std::process::ExitCode {\n    references::download::main()\n}\n",
            "//! Doc.\n#![allow(a)]\n\n/// Doc.\nfn main() {\n    step::main::<Download>();\n}\n",
        ] {
            assert_eq!(break_one_statement(source), None, "{source}");
        }
    }

    #[test]
    fn refuses_an_executable_that_holds_more() {
        for source in [
            "fn main() {}",
            "fn main() { let a = 1; step::main(a) }",
            "fn main() { step::main({ let a = 1; a }) }",
            "fn main() { a(); step::main(b); }",
            "use a::b;\nfn main() { step::main(b) }",
            "mod a { }\nfn main() { step::main(b) }",
            "fn main() { step::main(b) }\nfn b() {}",
            "fn other() { step::main(b) }",
        ] {
            assert!(break_one_statement(source).is_some(), "{source}");
        }
    }
}
