//! The tables of a README.

/// The rows of the first table below a heading, without its head; empty if there is none before the next heading.
pub(crate) fn table_below(readme: &str, heading: &str) -> Vec<Vec<String>> {
    let mut lines = readme.lines().skip_while(|line| !is_heading(line, heading)).skip(1);
    let mut below = lines.by_ref().take_while(|line| !line.starts_with('#'));
    let table: Vec<_> = below.by_ref().skip_while(|line| !line.starts_with('|')).collect();
    table.iter().take_while(|line| line.starts_with('|')).skip(2).map(|line| cells(line)).collect()
}

/// What stands between backticks.
pub(crate) fn codes(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(|code| code.replace("\\|", "|")).collect()
}

fn is_heading(line: &str, heading: &str) -> bool {
    line.trim_start_matches('#').strip_prefix(' ').is_some_and(|text| line.starts_with('#') && text == heading)
}

/// `\|` is a letter of a cell, not its end.
fn cells(line: &str) -> Vec<String> {
    let marked = line.replace("\\|", "\u{0}");
    let inside = marked.trim().trim_start_matches('|').trim_end_matches('|');
    inside.split('|').map(|cell| cell.trim().replace('\u{0}', "\\|")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# A\n\ntext\n\n## Keys\n\n| key | what |\n|---|---|\n| `a`, `b c` | d \\| e |\n| `f` | |\n\n\
                          ### Other\n\n| x | y |\n|---|---|\n| 1 | 2 |\n";

    #[test]
    fn reads_the_table_below_a_heading() {
        assert_eq!(table_below(README, "Keys"), [vec!["`a`, `b c`", "d \\| e"], vec!["`f`", ""]]);
        assert_eq!(table_below(README, "Other"), [["1", "2"]]);
        assert!(table_below(README, "A").is_empty());
        assert!(table_below(README, "None").is_empty());
    }

    #[test]
    fn reads_what_stands_between_backticks() {
        assert_eq!(codes("`a`, `b c` and `d \\| e`"), ["a", "b c", "d | e"]);
        assert!(codes("none").is_empty());
    }
}
