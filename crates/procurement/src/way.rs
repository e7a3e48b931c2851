//! The way to a value inside a contract; it becomes a JSON Pointer only where there is something to tell.

/// Built on the stack while values are gone through.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way<'w> {
    Root,
    Key(&'w Way<'w>, &'w str),
    Item(&'w Way<'w>, usize),
}

impl<'w> Way<'w> {
    pub(crate) fn key(&'w self, key: &'w str) -> Self {
        Self::Key(self, key)
    }

    pub(crate) fn item(&'w self, place: usize) -> Self {
        Self::Item(self, place)
    }

    /// The JSON Pointer.
    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::with_capacity(48);
        self.write(&mut pointer);
        pointer
    }

    fn write(&self, pointer: &mut String) {
        match self {
            Self::Root => {}
            Self::Key(before, key) => {
                before.write(pointer);
                pointer.push('/');
                match key.contains(['~', '/']) {
                    true => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                    false => pointer.push_str(key),
                }
            }
            Self::Item(before, place) => {
                before.write(pointer);
                pointer.push('/');
                pointer.push_str(&place.to_string());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_is_written_as_a_pointer() {
        let root = Way::Root;
        let (list, item) = (root.key("a/b~c"), 3);
        let item = list.item(item);
        assert_eq!(item.key("id").pointer(), "/a~1b~0c/3/id");
        assert_eq!(root.pointer(), "");
    }
}
