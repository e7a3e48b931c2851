//! Which encoding a text is in, by one rule that guesses nothing from letters.

use std::path::Path;

use anyhow::Result;
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::refusal::{misuse, refuse, refuse_line};
use crate::survey::{Census, Survey};

/// Only so much of a text can be its XML declaration.
const DECLARATION_BYTES: usize = 1_024;

const NUL_HINT: &str = "the file is no text, or damaged: export it again, as CSV in UTF-8";

/// How to read the bytes of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coding {
    pub(crate) encoding: &'static Encoding,
    /// Bytes of the mark at the begin.
    pub(crate) mark: usize,
    /// Line of the first byte that is not of the encoding, where it was decided to read it so all the same.
    pub(crate) broken_line: Option<u64>,
}

impl Coding {
    /// The encoding as reports write it.
    pub(crate) fn name(&self) -> String {
        self.encoding.name().to_ascii_lowercase()
    }

    /// A mark, else the XML declaration, else UTF-8, else UTF-8 with damage, else Windows-1252.
    pub(crate) fn find(path: &Path, survey: &Survey, label: Option<&str>) -> Result<Self> {
        let marked = Encoding::for_bom(&survey.begin);
        let census = match survey.is_utf8 && !survey.has_nul {
            true => Census::default(),
            false => Census::take(path)?,
        };
        if let Some(label) = label {
            let encoding = by_label(label).ok_or_else(|| {
                misuse(
                    format!("could not read `{label}` as an encoding"),
                    "name one such as `utf-8`, `windows-1252`, `utf-16le`",
                )
            })?;
            let mark = marked.filter(|(of_mark, _)| *of_mark == encoding).map_or(0, |(_, mark)| mark);
            return Self::checked(path, encoding, mark, &census);
        }
        if let Some((encoding, mark)) = marked {
            return Self::checked(path, encoding, mark, &census);
        }
        if let Some(line) = census.nul_line {
            let half = survey.bytes / 2;
            return match (census.zeros, survey.bytes % 2) {
                ([0, odd], 0) if odd == half => Self::checked(path, UTF_16LE, 0, &census),
                ([even, 0], 0) if even == half => Self::checked(path, UTF_16BE, 0, &census),
                _ => Err(refuse_line(path, line, "a NUL stands in the text", NUL_HINT)),
            };
        }
        if let Some(label) = declared(&survey.begin) {
            let Some(encoding) = by_label(&label) else {
                return Err(refuse(
                    path,
                    format!("its XML declaration names the encoding `{label}`, which is unknown"),
                    "correct the declaration, or name the encoding by a flag",
                ));
            };
            // A declaration that can be read as ASCII is not in UTF-16, whatever it says.
            let encoding = if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding };
            return Self::checked(path, encoding, 0, &census);
        }
        match census.sequences > census.breaks || census.breaks == 0 {
            true => Self::checked(path, UTF_8, 0, &census),
            false => Self::checked(path, WINDOWS_1252, 0, &census),
        }
    }

    fn checked(path: &Path, encoding: &'static Encoding, mark: usize, census: &Census) -> Result<Self> {
        let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
        match if is_wide { census.wide_nul_line } else { census.nul_line } {
            Some(line) => Err(refuse_line(path, line, "a NUL stands in the text", NUL_HINT)),
            None => Ok(Self { encoding, mark, broken_line: census.break_line.filter(|_| encoding == UTF_8) }),
        }
    }
}

fn by_label(label: &str) -> Option<&'static Encoding> {
    // `replacement` stands for encodings that nobody should read; it would give one sign for a whole file.
    Encoding::for_label_no_replacement(label.trim().as_bytes())
}

/// The encoding that an XML declaration names.
fn declared(begin: &[u8]) -> Option<String> {
    let begin = &begin[..begin.len().min(DECLARATION_BYTES)];
    let declaration = begin.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(&declaration[..end]).ok()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use step::{ExitCode, Failure};

    use super::*;

    fn find(bytes: &[u8], label: Option<&str>) -> Result<Coding> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes)?;
        Coding::find(&path, &Survey::take(&path)?, label)
    }

    fn code(bytes: &[u8], label: Option<&str>) -> ExitCode {
        find(bytes, label).unwrap_err().downcast_ref::<Failure>().unwrap().code()
    }

    #[test]
    fn a_mark_decides_first() {
        for (bytes, name, mark) in [
            (&b"\xEF\xBB\xBFa"[..], "utf-8", 3),
            (b"\xFF\xFEa\0", "utf-16le", 2),
            (b"\xFE\xFF\0a", "utf-16be", 2),
            (b"\xEF\xBB\xBF<?xml version='1.0' encoding='ISO-8859-1'?>", "utf-8", 3),
        ] {
            let coding = find(bytes, None).unwrap();
            assert_eq!((coding.name().as_str(), coding.mark), (name, mark));
        }
    }

    #[test]
    fn an_xml_declaration_decides_next() {
        for (declared, name) in [("ISO-8859-15", "iso-8859-15"), ("iso-8859-1", "windows-1252"), ("utf-16", "utf-8")] {
            let text = format!("<?xml version=\"1.0\" encoding=\"{declared}\" ?><a/>");
            assert_eq!(find(text.as_bytes(), None).unwrap().name(), name);
        }
        assert_eq!(code(b"<?xml version='1.0' encoding='klingon'?><a/>", None), ExitCode::BadInput);
    }

    #[test]
    fn one_stray_byte_leaves_utf_8_what_it_is_and_is_told() {
        let coding = find("Nmarché;Département\nbrûlé;".as_bytes(), None).unwrap();
        assert_eq!((coding.name().as_str(), coding.broken_line), ("utf-8", None));
        let coding = find(b"Nmarch\xC3\xA9;D\xC3\xA9partement\nbr\xFBl\xC3\xA9", None).unwrap();
        assert_eq!((coding.name().as_str(), coding.broken_line), ("utf-8", Some(2)));
    }

    #[test]
    fn as_many_breaks_as_sequences_is_windows_1252() {
        assert_eq!(find(b"Nmarch\xE9;D\xC3\xA9partement", None).unwrap().name(), "windows-1252");
        assert_eq!(find(b"Nmarch\xE9", None).unwrap().broken_line, None);
    }

    #[test]
    fn a_nul_is_utf_16_only_where_every_other_byte_is_zero() {
        let wide: Vec<u8> = "a;b\n1;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(find(&wide, None).unwrap().name(), "utf-16le");
        let wide: Vec<u8> = "a;b\n1;2\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(find(&wide, None).unwrap().name(), "utf-16be");
        assert_eq!(code(b"a;b\n1;\0\n", None), ExitCode::BadInput);
        assert!(find(b"a;b\n1;\0\n", None).unwrap_err().to_string().contains("line 2"));
        assert_eq!(code(b"a;b\n1;\0\n", Some("utf-8")), ExitCode::BadInput);
    }

    #[test]
    fn a_label_overrides_and_must_exist() {
        assert_eq!(find("é".as_bytes(), Some("latin1")).unwrap().name(), "windows-1252");
        assert_eq!(find(b"\xE9", Some("UTF-8")).unwrap().broken_line, Some(1));
        assert_eq!(code(b"a", Some("klingon")), ExitCode::Usage);
    }
}
