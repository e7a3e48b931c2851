//! Which prefix stands for which namespace, element by element.

const XML: &str = "http://www.w3.org/XML/1998/namespace";

#[derive(Debug, Default)]
pub(crate) struct Namespaces {
    bound: Vec<Binding>,
}

#[derive(Debug)]
struct Binding {
    depth: usize,
    /// Empty: of names without one.
    prefix: String,
    uri: String,
}

impl Namespaces {
    /// An attribute of an element at that depth, which may be a declaration.
    pub(crate) fn bind(&mut self, depth: usize, name: &str, value: &str) {
        let prefix = match name.split_once(':') {
            Some(("xmlns", prefix)) => prefix,
            None if name == "xmlns" => "",
            _ => return,
        };
        self.bound.push(Binding { depth, prefix: prefix.to_owned(), uri: value.to_owned() });
    }

    /// An element ends that was at that depth.
    pub(crate) fn leave(&mut self, depth: usize) {
        while self.bound.last().is_some_and(|binding| binding.depth >= depth) {
            self.bound.pop();
        }
    }

    /// What a prefix stands for; nothing where no declaration says it, or one takes it back.
    pub(crate) fn of_prefix(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let binding = self.bound.iter().rev().find(|binding| binding.prefix == prefix);
        binding.map(|binding| binding.uri.as_str()).filter(|uri| !uri.is_empty())
    }
}
