//! A document in XML, contract by contract, in the memory of one.

use std::io::Read;

use xml::{Event, Start};

use crate::element::{Opening, Scope, Tree, XSI, is_blank};
use crate::kind::Kind;

/// No contract is longer.
const LONGEST_BYTES: u64 = 16 << 20;

/// As of a record of a table: one with more would take memory that nobody has reckoned with.
const MOST_ELEMENTS: usize = 1 << 18;

/// Why reading stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The document is no XML, or has what is refused.
    Xml(xml::Error),
    /// A contract is too large; where it begins.
    TooLarge { line: u64, what: String },
}

impl From<xml::Error> for Stop {
    fn from(error: xml::Error) -> Self {
        Self::Xml(error)
    }
}

/// The outermost element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// As written.
    pub(crate) name: String,
    pub(crate) scope: Scope,
    /// It is a contract itself.
    pub(crate) contract: Option<Kind>,
    is_list: bool,
    has_attribute: bool,
}

impl Root {
    /// Whether the format knows it, whatever its namespace.
    pub(crate) fn is_known(&self) -> bool {
        self.contract.is_some() || self.is_list
    }

    /// Whether the schema knows it.
    pub(crate) fn is_conform(&self) -> bool {
        self.is_known() && self.scope == Scope::Free
    }

    /// Its path, as libxml2 writes it.
    pub(crate) fn path(&self) -> String {
        match self.scope {
            Scope::Unprefixed => "/*".to_owned(),
            _ => format!("/{}", self.name),
        }
    }

    fn of(tree: &Tree) -> Self {
        let root = tree.root();
        let contract = Kind::of_list(root.local());
        let is_list = root.local() == "marches";
        let (name, scope, has_attribute) = (root.name().to_owned(), root.scope(), root.has_attribute());
        Self { name, scope, contract, is_list, has_attribute }
    }
}

/// What stands below the root.
#[derive(Debug)]
pub(crate) enum Found<'t> {
    Contract(Kind, &'t Tree),
    /// An element that is no contract.
    Stray(&'t Tree),
}

/// Reads a document.
#[derive(Debug)]
pub(crate) struct Reader<R: Read> {
    xml: xml::Reader<R>,
    root: Root,
    /// The root is a contract, and was not handed out yet.
    is_lone: bool,
    has_loose_text: bool,
    tree: Tree,
}

impl<R: Read> Reader<R> {
    /// Reads up to the root.
    ///
    /// # Errors
    /// Where it is no XML.
    pub(crate) fn open(stream: R) -> Result<Self, Stop> {
        let (mut xml, mut tree) = (xml::Reader::new(stream), Tree::default());
        begin_at_next(&mut xml, &mut tree)?;
        let root = Root::of(&tree);
        let is_lone = root.contract.is_some();
        Ok(Self { xml, root, is_lone, has_loose_text: false, tree })
    }

    pub(crate) fn root(&self) -> &Root {
        &self.root
    }

    /// Once all is read: what of the root itself is at fault, where it is a list.
    pub(crate) fn root_faults(&self) -> impl Iterator<Item = crate::fault::RuleName> {
        let is_list = self.root.contract.is_none();
        let attribute = (is_list && self.root.has_attribute).then_some(crate::xsd::ELEMENT);
        attribute.into_iter().chain((is_list && self.has_loose_text).then_some(crate::xsd::VALUE))
    }

    /// Bytes of the document that were read.
    pub(crate) fn bytes(&self) -> u64 {
        self.xml.bytes()
    }

    /// The next contract; none at the end of the document, which then is known to be well formed.
    ///
    /// # Errors
    /// Where it is no XML, or a contract is too large.
    pub(crate) fn next(&mut self) -> Result<Option<Found<'_>>, Stop> {
        if !std::mem::take(&mut self.is_lone) {
            let (is_there, has_text) = begin_at_next(&mut self.xml, &mut self.tree)?;
            self.has_loose_text |= has_text;
            if !is_there {
                return Ok(None);
            }
        }
        self.read_tree()?;
        let kind = Kind::of_list(self.tree.root().local());
        Ok(Some(kind.map_or(Found::Stray(&self.tree), |kind| Found::Contract(kind, &self.tree))))
    }

    /// Reads to the end of the element with which the tree has begun.
    fn read_tree(&mut self) -> Result<(), Stop> {
        let (begin, line) = (self.xml.bytes(), self.tree.line());
        let mut open = vec![0_u32];
        while let Some(&at) = open.last() {
            match self.xml.next_event()? {
                Event::Start(start) => {
                    let place = with_opening(&start, |opening| self.tree.open(at, opening));
                    open.push(place);
                }
                Event::Text(text) => self.tree.push_text(at, &text),
                Event::End(_) | Event::Eof => drop(open.pop()),
            }
            let too_large = if self.xml.bytes() - begin > LONGEST_BYTES {
                format!("a contract of more than {} MiB", LONGEST_BYTES >> 20)
            } else if self.tree.len() > MOST_ELEMENTS {
                format!("a contract with more than {MOST_ELEMENTS} elements")
            } else {
                continue;
            };
            return Err(Stop::TooLarge { line, what: too_large });
        }
        Ok(())
    }
}

/// Goes to the next element that begins, and begins the tree with it; whether there is one, and whether text that is not
/// blank stands before it.
fn begin_at_next<R: Read>(xml: &mut xml::Reader<R>, tree: &mut Tree) -> Result<(bool, bool), Stop> {
    let mut has_text = false;
    loop {
        match xml.next_event()? {
            Event::Eof => return Ok((false, has_text)),
            Event::End(_) => {}
            Event::Text(text) => has_text |= !text.bytes().all(is_blank),
            Event::Start(start) => {
                with_opening(&start, |opening| tree.begin(opening));
                tree.set_line(xml.line());
                return Ok((true, has_text));
            }
        }
    }
}

fn with_opening<T>(start: &Start<'_>, take: impl FnOnce(Opening<'_>) -> T) -> T {
    let scope = match (start.name().contains(':'), start.namespace()) {
        (true, _) => Scope::Prefixed,
        (false, Some(_)) => Scope::Unprefixed,
        (false, None) => Scope::Free,
    };
    let mut opening = Opening { name: start.name(), scope, has_attribute: false, xsi_type: None };
    // Most elements have none.
    if start.attributes().next().is_none() {
        return take(opening);
    }
    let xsi_type = start.attribute_in(XSI, "type");
    let known = ["type", "schemaLocation", "noNamespaceSchemaLocation"];
    let count_of_known = known.iter().filter(|name| start.attribute_in(XSI, name).is_some()).count();
    let is_of_data = |name: &str| name != "xmlns" && !name.starts_with("xmlns:");
    opening.has_attribute = start.attributes().filter(|one| is_of_data(one.name())).count() > count_of_known;
    opening.xsi_type = xsi_type.as_deref();
    take(opening)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(xml: &str) -> Vec<String> {
        let mut reader = Reader::open(xml.as_bytes()).unwrap();
        let mut found = vec![];
        while let Some(entry) = reader.next().unwrap() {
            found.push(match entry {
                Found::Contract(kind, tree) => format!("{kind} {} {}", tree.line(), tree.root().deep_text()),
                Found::Stray(tree) => format!("? {}", tree.root().name()),
            });
        }
        found
    }

    #[test]
    fn contracts_come_one_by_one_with_their_lines() {
        let xml = "<marches>\n<marche><id>1</id></marche><x>\n<marche/></x>\n<contrat-concession\n/></marches>";
        assert_eq!(found(xml), ["marche 2 1", "? x", "contrat-concession 4 "]);
        assert_eq!(found("<marche>\n<id>1</id></marche>"), ["marche 1 1"]);
        assert_eq!(found("<p:marches xmlns:p='u'><p:marche/></p:marches>"), ["marche 1 "]);
    }

    #[test]
    fn a_root_is_known_by_its_name_and_faulty_in_a_namespace() {
        let root = |xml: &str| Reader::open(xml.as_bytes()).unwrap().root().clone();
        let told = |xml| (root(xml).is_known(), root(xml).is_conform(), root(xml).path());
        assert_eq!(told("<marches/>"), (true, true, "/marches".to_owned()));
        assert_eq!(told("<marches xmlns='u'/>"), (true, false, "/*".to_owned()));
        assert_eq!(told("<p:marches xmlns:p='u'/>"), (true, false, "/p:marches".to_owned()));
        assert_eq!(told("<contrats/>"), (false, false, "/contrats".to_owned()));
        assert_eq!(root("<contrat-concession/>").contract, Some(Kind::Concession));
    }

    #[test]
    fn attributes_of_xml_itself_are_none() {
        let xsi = "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'";
        for (attributes, has_one) in [
            ("", false),
            ("xmlns:p='u'", false),
            (&format!("{xsi} xsi:noNamespaceSchemaLocation='m.xsd' xsi:type='xs:date'"), false),
            (&format!("{xsi} xsi:nil='true'"), true),
            ("xml:lang='fr'", true),
            ("lang='fr'", true),
        ] {
            let xml = format!("<marche {attributes}/>");
            let mut reader = Reader::open(xml.as_bytes()).unwrap();
            let Ok(Some(Found::Contract(_, tree))) = reader.next() else { panic!("no contract") };
            assert_eq!(tree.root().has_attribute(), has_one, "{attributes}");
        }
    }

    #[test]
    fn a_contract_without_end_is_refused() {
        let long = format!("<marches><marche>{}</marche></marches>", "<a/>".repeat(MOST_ELEMENTS));
        let mut reader = Reader::open(long.as_bytes()).unwrap();
        assert!(matches!(reader.next(), Err(Stop::TooLarge { line: 1, .. })));
        let long = format!("<marches>\n<marche>{}", format!("<a>{}</a>", "x".repeat(1 << 20)).repeat(17));
        let mut reader = Reader::open(long.as_bytes()).unwrap();
        assert!(matches!(reader.next(), Err(Stop::TooLarge { line: 2, .. })));
    }
}
