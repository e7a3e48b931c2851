//! Our rules as people are told of them: level, message and remedy, from the tables that are built in.

use std::collections::HashMap;

use report::{Lang, Level, Rule, Rules};

const RULES: &str = include_str!("../data/rules.tsv");
const FRENCH: &str = include_str!("../data/messages.tsv");
const ENGLISH: &str = include_str!("../data/messages_en.tsv");

/// The entry of the table of rules that stands for every keyword of a schema.
const ANY_KEYWORD: &str = "schema.<keyword>";

/// All rules of the family, those of reading included.
pub(crate) fn rules(lang: Lang) -> Rules {
    let levels = levels();
    let mut rules = Rules::of_reading(lang);
    let messages = if lang == Lang::Fr { FRENCH } else { ENGLISH };
    rules.extend(messages.lines().skip(1).map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().expect("a message has a rule, a text and a remedy");
        let (name, message, remedy) = (cell(), cell(), cell());
        let level = levels.get(name).or_else(|| levels.get(ANY_KEYWORD).filter(|_| name.starts_with("schema.")));
        Rule::new(name, *level.unwrap_or_else(|| panic!("the rule `{name}` has no level")), message, remedy)
    }));
    rules
}

fn levels() -> HashMap<&'static str, Level> {
    let lines = RULES.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    lines.map(|cells| (cells[0], level(cells[2]))).collect()
}

fn level(name: &str) -> Level {
    match name {
        "error" => Level::Error,
        "warning" => Level::Warning,
        "info" => Level::Info,
        other => panic!("`{other}` is no level"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_message_in_both_languages() {
        let (fr, en) = (rules(Lang::Fr), rules(Lang::En));
        for line in RULES.lines().skip(1) {
            let name = line.split('\t').next().unwrap().replace("<keyword>", "required");
            let (fr, en) = (fr.get(fr.id(&name)), en.get(en.id(&name)));
            assert_eq!(fr.level, en.level);
            assert!(fr.message != en.message && !fr.remedy.is_empty() && !en.remedy.is_empty(), "{name}");
        }
    }

    #[test]
    fn what_a_family_says_stands_in_for_what_all_say() {
        let rules = rules(Lang::Fr);
        assert_eq!(rules.get(rules.id("text.encoding")).level, Level::Info);
        assert_eq!(rules.get(rules.id("record.too_short")).level, Level::Warning);
        assert_eq!(rules.get(rules.id("schema.maximum")).level, Level::Error);
    }

    #[trial::test_with_data]
    fn the_tables_are_those_that_were_agreed() {
        let agreed = |name: &str| std::fs::read_to_string(trial::data("procurement").join(name)).unwrap();
        assert_eq!(RULES, agreed("rules.tsv"));
        assert_eq!(FRENCH, agreed("messages.tsv"));
    }
}
