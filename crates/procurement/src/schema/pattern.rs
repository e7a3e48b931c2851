//! The patterns of the official schemas. There are few, and each is met at every contract, so each is a function.

/// A pattern, as ECMA-262 means it: `\d` is ASCII, `$` is the end alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// 14 digits.
    Siret,
    /// 8 digits, and a key after a hyphen.
    Cpv,
    Date,
    /// A date, and perhaps a zone.
    ZonedDate,
    /// A date somewhere in the text.
    HasDate,
    /// 14 digits and 7 to 16 characters, of which none is a line feed.
    Uid,
    Exactly(String),
}

impl Pattern {
    pub(super) fn of(pattern: &str) -> Self {
        match pattern {
            "^[0-9]{14}$" => Self::Siret,
            r"^[0-9]{8}(\-[0-9])?$" | "^[0-9]{8}(-[0-9])?$" => Self::Cpv,
            r"^[0-9]{4}\-[0-9]{2}\-[0-9]{2}$" => Self::Date,
            r"^\d{4}-[01]\d-[0-3]\d([+-][0-2]\d:[0-5]\dZ?)?$" => Self::ZonedDate,
            r"\d{4}-\d{2}-\d{2}" => Self::HasDate,
            "^[0-9]{14}.{7,16}$" => Self::Uid,
            _ => {
                let text = pattern.strip_prefix('^').and_then(|rest| rest.strip_suffix('$'));
                let text = text.filter(|text| text.chars().all(|c| c.is_alphabetic() || c == ' '));
                Self::Exactly(text.unwrap_or_else(|| panic!("`{pattern}` is not known")).to_owned())
            }
        }
    }

    pub(super) fn fits(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        match self {
            Self::Siret => has_shape(bytes, b"99999999999999"),
            Self::Cpv => has_shape(bytes, b"99999999") || has_shape(bytes, b"99999999-9"),
            Self::Date => has_shape(bytes, b"9999-99-99"),
            Self::ZonedDate => is_zoned_date(bytes),
            Self::HasDate => bytes.windows(10).any(|window| has_shape(window, b"9999-99-99")),
            Self::Uid => {
                let Some((siret, id)) = text.split_at_checked(14) else { return false };
                let length = id.chars().count();
                has_shape(siret.as_bytes(), b"99999999999999") && (7..=16).contains(&length) && !id.contains('\n')
            }
            Self::Exactly(expected) => text == expected,
        }
    }
}

/// `9` stands for a digit, all else for itself.
fn has_shape(bytes: &[u8], shape: &[u8]) -> bool {
    bytes.len() == shape.len()
        && bytes.iter().zip(shape).all(|(byte, shape)| match shape {
            b'9' => byte.is_ascii_digit(),
            other => byte == other,
        })
}

fn is_zoned_date(bytes: &[u8]) -> bool {
    let Some((day, zone)) = bytes.split_at_checked(10) else { return false };
    let zone = zone.strip_suffix(b"Z").filter(|rest| !rest.is_empty()).unwrap_or(zone);
    has_shape(day, b"9999-99-99")
        && matches!(day[5], b'0' | b'1')
        && matches!(day[8], b'0'..=b'3')
        && (zone.is_empty()
            || ((has_shape(zone, b"+99:99") || has_shape(zone, b"-99:99"))
                && matches!(zone[1], b'0'..=b'2')
                && matches!(zone[4], b'0'..=b'5')))
}
