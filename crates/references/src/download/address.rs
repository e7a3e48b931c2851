//! Any file, by its address.

use anyhow::Result;
use files::Access;
use step::{ExitCode, Failure};
use transfer::{Downloader, FileRequest, Signature, Url};

use super::{Args, Errand, Got};

/// What a file begins with, by the end of its name. Portals send a web page with status 200 in place of anything.
const SIGNATURES: [(&str, &[&[u8]]); 7] = [
    (".7z", SEVEN_ZIP),
    (".zip", ZIP),
    (".xlsx", ZIP),
    (".xls", XLS),
    (".gz", &[b"\x1f\x8b"]),
    (".parquet", &[b"PAR1"]),
    (".pdf", &[b"%PDF"]),
];

pub(super) const SEVEN_ZIP: &[&[u8]] = &[b"7z\xbc\xaf\x27\x1c"];
pub(super) const ZIP: &[&[u8]] = &[b"PK\x03\x04"];
/// A compound file.
pub(super) const XLS: &[&[u8]] = &[b"\xd0\xcf\x11\xe0"];

pub(super) async fn download(errand: &Errand<'_>, url: &Url) -> Result<Got> {
    let (name, wanted) = wanted(errand.args, url)?;
    let target = errand.folder("").join(name);
    if Downloader::is_from_elsewhere(&wanted, &target) {
        let message =
            format!("could not download to `{}`: the file that is there has another address", target.display());
        return Err(Failure::new(ExitCode::Usage, message)
            .hint("choose another name with `--name`, or another folder with `--dir`")
            .into());
    }
    errand.take(&wanted, &target).await
}

/// The name that the file gets, and what is wanted.
pub(super) fn wanted(args: &Args, url: &Url) -> Result<(String, FileRequest)> {
    let own = name_of(url);
    let name = args.name.clone().or_else(|| own.clone()).ok_or_else(|| {
        Failure::new(ExitCode::Usage, "could not name the file: the address ends without a name")
            .hint("choose a name with `--name`")
    })?;
    let wanted = FileRequest {
        name: format!("`{name}`"),
        url: url.clone(),
        bytes: None,
        md5: None,
        sha256: args.sha256.clone(),
        // The publisher's name tells better what it is than the one that is chosen for it.
        signature: signature_of(own.as_ref().unwrap_or(&name)),
        access: Access::Everyone,
    };
    Ok((name, wanted))
}

/// The last part of the path, if it can be a file's name.
fn name_of(url: &Url) -> Option<String> {
    let last = url.path_segments()?.next_back()?;
    percent_decoded(last).filter(|name| is_name(name))
}

/// A name that `--name` may give.
pub(super) fn parse_name(text: &str) -> Result<String, String> {
    match is_name(text) {
        true => Ok(text.to_owned()),
        false => Err("not the name of a file: it must not begin with a dot, nor hold a slash".to_owned()),
    }
}

/// Whether a file of that name is in its folder, and seen there.
fn is_name(name: &str) -> bool {
    let is_plain = !name.contains(['/', '\\', '\0']) && !name.contains(char::is_control);
    is_plain && !name.is_empty() && !name.starts_with('.') && name.len() <= 200
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

fn signature_of(name: &str) -> Signature {
    let name = name.to_lowercase();
    if name.ends_with(".html") || name.ends_with(".htm") {
        return Signature::Any;
    }
    let known = SIGNATURES.iter().find(|(end, _)| name.ends_with(end));
    known.map_or(Signature::NotHtml, |(_, known)| Signature::AnyOf(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(url: &str) -> Option<String> {
        name_of(&Url::parse(url).unwrap())
    }

    #[test]
    fn a_file_gets_the_last_part_of_its_path_as_name() {
        assert_eq!(name("https://a.fr/x/b.7z?c=d#e").as_deref(), Some("b.7z"));
        assert_eq!(name("https://a.fr/Structure%20NAF.xlsx").as_deref(), Some("Structure NAF.xlsx"));
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        for url in
            ["https://a.fr/", "https://a.fr/x/", "https://a.fr/..%2fb", "https://a.fr/%2e%2e", "https://a.fr/%00a"]
        {
            assert_eq!(name(url), None, "{url}");
        }
    }
}
