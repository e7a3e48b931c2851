//! What a source may say. It is read as tokens, so comments and texts do not count, and neither does test code.

use std::iter::Peekable;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::imports::TRIAL;

/// A place where a source prints or ends the process.
#[derive(Debug, PartialEq)]
pub(crate) struct Finding {
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) exits: bool,
}

/// The rule that a crate breaks by what was found in it, after the place: `:12: ...`.
pub(crate) fn break_silence(package: &str, Finding { line, what, exits }: &Finding) -> Option<String> {
    match (package, exits) {
        // What is for tests alone says so where a test is skipped, as tests do.
        ("step", _) | ("sandbox" | TRIAL, false) => None,
        (_, true) => Some(format!(":{line}: `{what}`, but only `step` exits: return the failure, with its exit code")),
        (_, false) => {
            Some(format!(":{line}: `{what}`, but only `step` prints: write a note (`tracing`), or return it"))
        }
    }
}

/// Prints and exits outside `#[cfg(test)]` and `#[test]`.
pub(crate) fn find_prints_and_exits(source: &str) -> Vec<Finding> {
    let mut findings = vec![];
    search(lex(source), &mut findings);
    findings
}

/// The rule that the source of an executable breaks, if it holds more than `fn main` with a single statement.
pub(crate) fn break_one_statement(source: &str) -> Option<String> {
    let tokens: Vec<TokenTree> = without_attributes(lex(source)).collect();
    let body = match tokens.as_slice() {
        [start @ .., TokenTree::Group(body)] if body.delimiter() == Delimiter::Brace && is_main_alone(start) => body,
        _ => return Some("it holds more than `fn main`: move the rest to the step's module".to_owned()),
    };
    let ends = count_semicolons(body.stream());
    let ends_last = body.stream().into_iter().last().is_some_and(|token| is_punct(&token, ';'));
    if ends > usize::from(ends_last) || body.stream().is_empty() {
        return Some("`main` is not one statement: it only hands the step's `run` to `step::main`".to_owned());
    }
    None
}

fn lex(source: &str) -> TokenStream {
    source.parse().unwrap_or_else(|error| panic!("could not read Rust tokens: {error}, in:\n{source}"))
}

fn search(tokens: TokenStream, findings: &mut Vec<Finding>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Punct(mark) if mark.as_char() == '#' && is_for_tests(tokens.get(at + 1)) => {
                at = end_of_item(&tokens, at + 2);
                continue;
            }
            TokenTree::Group(group) => search(group.stream(), findings),
            TokenTree::Ident(word) => findings.extend(judge(&word.to_string(), &tokens, at)),
            _ => {}
        }
        at += 1;
    }
}

/// Whether a word, seen with its neighbours, prints or exits.
fn judge(word: &str, tokens: &[TokenTree], at: usize) -> Option<Finding> {
    let before = |back: usize| at.checked_sub(back).map(|at| tokens[at].to_string()).unwrap_or_default();
    let after = tokens.get(at + 1);
    let is_macro = after.is_some_and(|token| is_punct(token, '!'));
    let is_call = matches!(after, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
        && !matches!(before(1).as_str(), "." | "fn" | ":");
    let is_in = |module: &str| before(1) == ":" && before(2) == ":" && before(3) == module;
    let (what, exits) = match word {
        "print" | "println" | "eprint" | "eprintln" | "dbg" if is_macro => (format!("{word}!"), false),
        "stdout" | "stderr" if is_call || is_in("io") => (format!("io::{word}"), false),
        "exit" | "abort" if is_call || is_in("process") => (format!("process::{word}"), true),
        _ => return None,
    };
    Some(Finding { line: tokens[at].span().start().line, what, exits })
}

/// `[cfg(test)]`, `[cfg(all(test, ..))]`, `[test]`, `[tokio::test]`.
fn is_for_tests(attribute: Option<&TokenTree>) -> bool {
    let Some(TokenTree::Group(attribute)) = attribute else { return false };
    let text: String = attribute.stream().to_string().split_whitespace().collect();
    let path = text.split('(').next().unwrap_or_default();
    text == "cfg(test)" || text.starts_with("cfg(all(test,") || path == "test" || path.ends_with("::test")
}

/// An item ends with its braces or its semicolon, whichever comes first.
fn end_of_item(tokens: &[TokenTree], start: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_punct(token, ';'),
    };
    tokens[start..].iter().position(ends).map_or(tokens.len(), |length| start + length + 1)
}

/// Drops `#[..]` and `#![..]`; a doc comment is one of them.
fn without_attributes(tokens: TokenStream) -> impl Iterator<Item = TokenTree> {
    let mut tokens = tokens.into_iter().peekable();
    std::iter::from_fn(move || {
        while tokens.next_if(|token| is_punct(token, '#')).is_some() {
            skip_attribute(&mut tokens);
        }
        tokens.next()
    })
}

fn skip_attribute(tokens: &mut Peekable<impl Iterator<Item = TokenTree>>) {
    tokens.next_if(|token| is_punct(token, '!'));
    tokens.next_if(|token| matches!(token, TokenTree::Group(_)));
}

/// `fn main()`, whatever it returns, and no other item before it.
fn is_main_alone(start: &[TokenTree]) -> bool {
    let is_braces =
        |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let is_alone = !start.iter().any(|token| is_braces(token) || is_punct(token, ';'));
    is_alone && matches!(start, [function, main, ..] if function.to_string() == "fn" && main.to_string() == "main")
}

fn count_semicolons(tokens: TokenStream) -> usize {
    let count = |token: TokenTree| match token {
        TokenTree::Group(group) => count_semicolons(group.stream()),
        token => usize::from(is_punct(&token, ';')),
    };
    tokens.into_iter().map(count).sum()
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<(usize, String)> {
        find_prints_and_exits(source).into_iter().map(|Finding { line, what, .. }| (line, what)).collect()
    }

    #[test]
    fn finds_every_way_to_print_or_exit() {
        for (source, what) in [
            ("fn f() { println!(\"a\") }", "println!"),
            ("fn f() { if x { std::eprintln!() } }", "eprintln!"),
            ("fn f() { dbg!(1); }", "dbg!"),
            ("fn f() { writeln!(io::stdout(), \"a\") }", "io::stdout"),
            ("fn f() { stderr().lock(); }", "io::stderr"),
            ("fn f() { with_writer(std::io::stderr) }", "io::stderr"),
            ("fn f() { std::process::exit(1) }", "process::exit"),
            ("use std::process::exit;", "process::exit"),
            ("fn f() { exit(1) }", "process::exit"),
            ("fn f() { std::process::abort() }", "process::abort"),
        ] {
            assert_eq!(found(source), [(1, what.to_owned())], "{source}");
        }
        assert_eq!(found("fn f() {\n    a();\n    print!(\"\")\n}"), [(3, "print!".to_owned())]);
    }

    #[test]
    fn lets_comments_texts_tests_and_namesakes_be() {
        for source in [
            "// println!(\"a\")\nfn f() {}",
            "/// Never calls `std::process::exit(1)`.\nfn f() {}",
            "const A: &str = \"println!() and process::exit(1)\";",
            "#[cfg(test)]\nmod tests { fn f() { println!(\"a\") } }",
            "#[cfg(all(test, unix))]\nfn f() { println!(\"a\") }",
            "#[test]\n#[ignore]\nfn f() -> Result<(), [u8; 2]> { println!(\"a\"); Ok(()) }",
            "#[tokio::test(start_paused = true)]\nasync fn f() { println!(\"a\") }",
            "fn f() { command.stdout(Stdio::piped()).stderr(file); state.exit(1); }",
            "fn stdout() {}\nfn exit(code: u8) {}\nstruct A { exit: u8 }",
            "fn f() { window::exit(1) }",
        ] {
            assert_eq!(found(source), [], "{source}");
        }
    }

    #[test]
    fn goes_on_after_an_item_for_tests() {
        let source = "#[cfg(test)]\nuse a::b;\n#[cfg(test)]\nmod tests { }\nfn f() { println!() }";
        assert_eq!(found(source), [(5, "println!".to_owned())]);
        assert_eq!(found("#[cfg(not(test))]\nfn f() { println!() }"), [(2, "println!".to_owned())]);
    }

    #[test]
    fn knows_who_may_print_and_who_may_exit() {
        let print = || Finding { line: 7, what: "println!".to_owned(), exits: false };
        let exit = || Finding { line: 7, what: "process::exit".to_owned(), exits: true };
        assert_eq!(break_silence("step", &print()), None);
        assert_eq!(break_silence("step", &exit()), None);
        for may_print in ["sandbox", "trial"] {
            assert_eq!(break_silence(may_print, &print()), None);
            assert!(break_silence(may_print, &exit()).is_some());
        }
        assert_eq!(
            break_silence("catalogs", &print()).unwrap(),
            ":7: `println!`, but only `step` prints: write a note (`tracing`), or return it"
        );
    }

    #[test]
    fn accepts_an_executable_of_one_statement() {
        for source in [
            "fn main() -> std::process::ExitCode { step::main(references::download::run) }",
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
