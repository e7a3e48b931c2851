//! An XSD read: as much of the language as the official schemas use, and no more.

use xml::{Event, Reader, Start};

use super::schema::{Content, Decl, Group};
use super::simple::{Base, Facet, Member, Shape, Simple};

/// The contracts that a schema declares: elements that stand at its top, but for the one that lists them.
pub(super) fn compile(xsd: &str) -> Result<Vec<Decl>, String> {
    let mut compiler = Compiler { reader: Reader::new(xsd.as_bytes()) };
    let Some(root) = compiler.next_tag()? else { return Err("it is empty".to_owned()) };
    if root.kind != "schema" {
        return Err(format!("`{}` is no schema", root.kind));
    }
    let mut contracts = vec![];
    while let Some(tag) = compiler.next_tag()? {
        match tag.attribute("name") {
            Some("marches") => compiler.reader.skip_element().map_err(|error| error.to_string())?,
            _ => contracts.push(compiler.declaration(&tag)?),
        }
    }
    Ok(contracts)
}

struct Compiler<'x> {
    reader: Reader<&'x [u8]>,
}

/// A tag of the schema.
struct Tag {
    kind: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn of(start: &Start<'_>) -> Self {
        let attributes = start.attributes().map(|one| (one.name().to_owned(), one.value().into_owned())).collect();
        Self { kind: start.local().to_owned(), attributes }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    fn value(&self) -> Result<&str, String> {
        self.attribute("value").ok_or_else(|| format!("`{}` has no value", self.kind))
    }
}

impl Compiler<'_> {
    /// The next tag inside the present element; none at its end. Annotations are passed over.
    fn next_tag(&mut self) -> Result<Option<Tag>, String> {
        loop {
            let tag = match self.reader.next_event().map_err(|error| error.to_string())? {
                Event::Start(start) => Tag::of(&start),
                Event::Text(_) => continue,
                Event::End(_) | Event::Eof => return Ok(None),
            };
            match tag.kind.as_str() {
                "annotation" => self.reader.skip_element().map_err(|error| error.to_string())?,
                _ => return Ok(Some(tag)),
            }
        }
    }

    /// What an `element` declares.
    fn declaration(&mut self, tag: &Tag) -> Result<Decl, String> {
        let name = tag.attribute("name").filter(|_| tag.kind == "element").ok_or("an element has no name")?.to_owned();
        let is_required = tag.attribute("minOccurs") != Some("0");
        let repeats = tag.attribute("maxOccurs") == Some("unbounded");
        let mut content = tag.attribute("type").map(builtin).transpose()?;
        while let Some(inner) = self.next_tag()? {
            content = Some(match inner.kind.as_str() {
                "complexType" => Content::Group(self.group(inner.attribute("mixed") == Some("true"))?),
                "simpleType" => Content::Simple(Simple { members: self.simple()?, builtin: None }),
                other => return Err(format!("`{name}` holds `{other}`")),
            });
        }
        let content = content.ok_or_else(|| format!("`{name}` has no type"))?;
        Ok(Decl { name, is_required, repeats, content })
    }

    fn group(&mut self, is_mixed: bool) -> Result<Group, String> {
        let mut group = Group { members: vec![], is_ordered: false, is_mixed };
        while let Some(tag) = self.next_tag()? {
            group.is_ordered = match tag.kind.as_str() {
                "sequence" => true,
                "all" => false,
                other => return Err(format!("a type holds `{other}`")),
            };
            while let Some(tag) = self.next_tag()? {
                group.members.push(self.declaration(&tag)?);
            }
        }
        match group.members.len() {
            // What was seen of a contract is kept as the bits of one number.
            1..=64 => Ok(group),
            count => Err(format!("a type has {count} members")),
        }
    }

    /// What a `simpleType` allows: one kind of text, or one of several.
    fn simple(&mut self) -> Result<Vec<Member>, String> {
        let mut members = vec![];
        while let Some(tag) = self.next_tag()? {
            match tag.kind.as_str() {
                "restriction" => members.push(self.restriction(&tag)?),
                "union" => {
                    while self.next_tag()?.is_some() {
                        members.extend(self.simple()?);
                    }
                }
                other => return Err(format!("a simple type holds `{other}`")),
            }
        }
        Ok(members)
    }

    fn restriction(&mut self, tag: &Tag) -> Result<Member, String> {
        let base = base(tag.attribute("base").ok_or("a restriction has no base")?)?;
        let (mut facets, mut words) = (vec![], vec![]);
        if tag.attribute("base") == Some("xs:int") {
            facets.extend([Facet::Least(i32::MIN.to_string()), Facet::Most(i32::MAX.to_string())]);
        }
        while let Some(tag) = self.next_tag()? {
            let value = tag.value()?;
            match tag.kind.as_str() {
                "enumeration" => words.push(value.to_owned()),
                _ => facets.push(facet(&tag.kind, value)?),
            }
            if self.next_tag()?.is_some() {
                return Err(format!("`{}` is not empty", tag.kind));
            }
        }
        if !words.is_empty() {
            facets.push(Facet::OneOf(words));
        }
        Ok(Member { base, facets })
    }
}

fn facet(kind: &str, value: &str) -> Result<Facet, String> {
    let length = || value.parse().map_err(|_| format!("`{value}` is no length"));
    match kind {
        "minLength" => Ok(Facet::MinLength(length()?)),
        "maxLength" => Ok(Facet::MaxLength(length()?)),
        "minInclusive" => Ok(Facet::Least(value.to_owned())),
        "maxInclusive" => Ok(Facet::Most(value.to_owned())),
        "pattern" => Shape::of_pattern(value).map(Facet::Shape).ok_or_else(|| format!("the pattern `{value}` is new")),
        other => Err(format!("the facet `{other}` is new")),
    }
}

fn base(name: &str) -> Result<Base, String> {
    let local = name.strip_prefix("xs:").unwrap_or(name);
    Base::of_name(local).ok_or_else(|| format!("the type `{name}` is new"))
}

fn builtin(name: &str) -> Result<Content, String> {
    let member = Member { base: base(name)?, facets: vec![] };
    Ok(Content::Simple(Simple { members: vec![member], builtin: Some(xml::local_name(name).to_owned()) }))
}
