//! The NAF: real divisions, all other codes by rule, as many as the real ones; invented labels. Offers and workbooks share it.

/// A nomenclature: how many codes of each level, and how its sub-classes end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nomenclature {
    sections: usize,
    /// Numbers that no division has.
    holes: &'static [u8],
    groupes: usize,
    classes: usize,
    sous_classes: usize,
    /// The last letter of a class's first sub-class, when it is alone.
    alone: char,
}

/// NAF rév. 2, of 2008.
pub(crate) const NAF_2008: Nomenclature = Nomenclature {
    sections: 21,
    holes: &[4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89],
    groupes: 272,
    classes: 615,
    sous_classes: 732,
    alone: 'Z',
};

/// NAF 2025, official in January 2027.
pub(crate) const NAF_2025: Nomenclature = Nomenclature {
    sections: 22,
    holes: &[4, 34, 40, 44, 45, 48, 54, 57, 67, 76, 83, 89],
    groupes: 287,
    classes: 651,
    sous_classes: 747,
    alone: 'Y',
};

/// Codes by level, sections first; each row of `sous_classes` with its parents.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) levels: [Vec<String>; 5],
    pub(crate) rows: Vec<[String; 5]>,
}

impl Nomenclature {
    pub(crate) fn tree(self) -> Tree {
        let sections: Vec<String> = (0..self.sections).map(|n| char::from(b'A' + n as u8).to_string()).collect();
        let divisions: Vec<String> =
            (1..=99).filter(|number| !self.holes.contains(number)).map(|number| format!("{number:02}")).collect();
        let groupes = children(&divisions, self.groupes, |division, n| format!("{division}.{}", n + 1));
        let classes = children(&groupes, self.classes, |groupe, n| format!("{groupe}{}", n + 1));
        let alone = self.alone;
        let shares = shares(classes.len(), self.sous_classes);
        let sous_classes: Vec<String> = classes
            .iter()
            .zip(shares)
            .flat_map(|(classe, count)| {
                let letter = move |n: usize| if count == 1 { alone } else { char::from(b'A' + n as u8) };
                (0..count).map(move |n| format!("{classe}{}", letter(n)))
            })
            .collect();
        let section_of = |division: &str| {
            let nth = divisions.iter().position(|known| known == division).unwrap_or_default();
            sections[nth * sections.len() / divisions.len()].clone()
        };
        let row = |code: &String| {
            [code.clone(), code[..5].to_owned(), code[..4].to_owned(), code[..2].to_owned(), section_of(&code[..2])]
        };
        let rows = sous_classes.iter().map(row).collect();
        Tree { levels: [sections, divisions, groupes, classes, sous_classes], rows }
    }
}

fn children(parents: &[String], total: usize, name: impl Fn(&str, usize) -> String + Copy) -> Vec<String> {
    let shares = shares(parents.len(), total);
    parents.iter().zip(shares).flat_map(|(parent, count)| (0..count).map(move |n| name(parent, n))).collect()
}

/// `total` dealt out to so many parents, each at least one, none more than nine.
fn shares(parents: usize, total: usize) -> Vec<usize> {
    (0..parents).map(|nth| total / parents + usize::from(nth < total % parents)).collect()
}

/// The label of a code; the sections are level 0. One in 35 holds a semicolon, and many an apostrophe or an accent, as in the real ones.
pub(crate) fn label(level: usize, code: &str) -> String {
    let kind = ["Section", "Division", "Groupe", "Classe", "Sous-classe"][level];
    let odd = code.bytes().map(usize::from).sum::<usize>() % 35 == 0;
    let more = if level == 4 && odd { " ; réparation" } else { "" };
    format!("{kind} {code} d'activités inventées{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_have_as_many_codes_as_the_real_ones_and_nest() {
        for (nomenclature, counts) in [(NAF_2008, [21, 88, 272, 615, 732]), (NAF_2025, [22, 87, 287, 651, 747])] {
            let tree = nomenclature.tree();
            assert_eq!(tree.levels.each_ref().map(Vec::len), counts);
            for row in &tree.rows {
                assert!(row[0].starts_with(&row[1]) && row[1].starts_with(&row[2]) && row[2].starts_with(&row[3]));
            }
            let used: std::collections::HashSet<_> = tree.rows.iter().flatten().collect();
            assert_eq!(used.len(), counts.iter().sum::<usize>());
        }
    }
}
