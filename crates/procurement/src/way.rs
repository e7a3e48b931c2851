//! The way to a value inside a contract; it becomes a JSON Pointer only where there is something to tell.

use std::cell::Cell;
use std::fmt::Write as _;

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

    /// Hands the JSON Pointer on. The text that it is put into is used again: a million contracts have a few each.
    pub(crate) fn with_pointer<T>(&self, work: impl FnOnce(&str) -> T) -> T {
        thread_local! {
            static SPARE: Cell<String> = const { Cell::new(String::new()) };
        }
        // Whoever asks again on the way finds it empty, and makes another.
        let mut pointer = SPARE.take();
        pointer.clear();
        self.write(&mut pointer);
        let done = work(&pointer);
        SPARE.set(pointer);
        done
    }

    fn write(&self, pointer: &mut String) {
        match self {
            Self::Root => {}
            Self::Key(before, key) => {
                before.write(pointer);
                pointer.push('/');
                match memchr::memchr2(b'~', b'/', key.as_bytes()).is_some() {
                    true => pointer.push_str(&key.replace('~', "~0").replace('/', "~1")),
                    false => pointer.push_str(key),
                }
            }
            Self::Item(before, place) => {
                before.write(pointer);
                pointer.push('/');
                // A String takes what is written to it.
                let _ = write!(pointer, "{place}");
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
        item.with_pointer(|outer| {
            list.with_pointer(|inner| assert_eq!((outer, inner), ("/a~1b~0c/3", "/a~1b~0c")));
        });
        assert_eq!(root.pointer(), "");
    }
}
