//! The source as the command line names it: which addresses are taken, what they are advised to be.

use anyhow::Result;
use jiff::{Timestamp, civil};
use transfer::{Client, Request, StatusCode};
use url::Url;

use crate::ids;
use crate::model::Backend;
use crate::pages;
use crate::settings::Settings;
use crate::values::licence;

use super::{Args, PREVIEWED_ITEMS, filter, misuse};

/// Reads the address of a source.
pub(super) fn parse_url(text: &str) -> Result<Url, String> {
    let text = text.trim();
    if !text.contains("://") {
        return Err(format!("it has no scheme: `https://{}`", text.trim_start_matches('/')));
    }
    let mut url = Url::parse(text).map_err(|why| format!("not an address: {why}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("neither http nor https".to_owned());
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("it names no host".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it names a user: leave that out".to_owned());
    }
    url.set_fragment(None);
    Ok(url)
}

/// Reads an instant: a date, or a date and time in UTC.
pub(super) fn parse_instant(text: &str) -> Result<Timestamp, String> {
    let at = |date: civil::DateTime| date.to_zoned_datetime(jiff::tz::TimeZone::UTC).map(|zoned| zoned.timestamp());
    let instant = text.parse::<Timestamp>().or_else(|_| text.parse::<civil::DateTime>().and_then(at));
    let instant = instant.map_err(|_| "not a date (`2026-03-01`) or date-time (`2026-03-01T10:00:00Z`)".to_owned())?;
    // Files have whole seconds.
    Timestamp::from_second(instant.as_second()).map_err(|why| why.to_string())
}

pub(super) fn parse_source_id(text: &str) -> Result<String, String> {
    match !text.trim().is_empty() && text.len() <= 200 && !text.contains(char::is_control) {
        true => Ok(text.to_owned()),
        false => Err("not a word of up to 200 bytes".to_owned()),
    }
}

pub(super) fn parse_licence(text: &str) -> Result<String, String> {
    match licence::guess_one(text) == Some(text) {
        true => Ok(text.to_owned()),
        false => Err("not the identifier of a licence of data.gouv.fr, such as `lov2`".to_owned()),
    }
}

/// What is wanted, as the dialects have to know it.
///
/// # Errors
/// 2 a flag does not fit the dialect.
pub(super) fn settings(args: &Args) -> Result<Settings> {
    refuse_what_does_not_fit(args)?;
    let backend = args.dialect.backend();
    let url = root(backend, &args.url);
    let domain = domain(&url);
    let source_id = args.source_id.clone();
    let pairs =
        |filters: &[filter::Filter]| filters.iter().map(|filter| (filter.key.clone(), filter.value.clone())).collect();
    let now = Timestamp::from_second(Timestamp::now().as_second()).expect("the clock is within all years");
    Ok(Settings {
        backend,
        dialect: args.dialect.name(),
        source_id: source_id.unwrap_or_else(|| ids::source_id(args.dialect.name(), url.as_str())),
        domain,
        include: pairs(&args.include),
        exclude: pairs(&args.exclude),
        inspire: args.inspire,
        remote_url_prefix: args.remote_url_prefix.as_ref().map(Url::to_string),
        default_license: args.default_license.clone(),
        now: args.now.unwrap_or(now),
        most_items: if args.preview { Some(PREVIEWED_ITEMS) } else { args.max_items },
        is_preview: args.preview,
        max_pages: args.asking.max_pages,
        max_page_bytes: args.asking.max_page_bytes(),
        via: args.asking.via.clone(),
        follows: args.asking.follow,
        url,
    })
}

fn refuse_what_does_not_fit(args: &Args) -> Result<()> {
    let (dialect, keys) = (args.dialect.name(), filter::keys(args.dialect.backend()));
    for filter in args.include.iter().chain(&args.exclude) {
        if keys.is_empty() {
            let message = format!("could not filter by `{}`: {dialect} has no filters", filter.key);
            return Err(misuse(message, "leave out `--include` and `--exclude`"));
        }
        if !keys.contains(&filter.key.as_str()) {
            let message = format!("could not filter by `{}`: {dialect} knows {}", filter.key, step::name_some(keys));
            return Err(misuse(message, "choose one of these"));
        }
    }
    let of_one = [
        (args.inspire, "--inspire", "ods"),
        (args.default_license.is_some(), "--default-license", "ods"),
        (args.remote_url_prefix.is_some(), "--remote-url-prefix", "dcat"),
    ];
    match of_one.iter().find(|(is_given, _, only)| *is_given && *only != dialect) {
        Some((_, flag, only)) => {
            Err(misuse(format!("could not take `{flag}`: it is for {only} alone"), "leave it out"))
        }
        None => Ok(()),
    }
}

/// Of a portal the root, which addresses are joined to; of dcat the document.
fn root(backend: Backend, url: &Url) -> Url {
    let mut url = url.clone();
    if backend != Backend::Dcat {
        url.set_query(None);
        if !url.path().ends_with('/') {
            let path = format!("{}/", url.path());
            url.set_path(&path);
        }
    }
    url
}

/// The host, without the brackets of an address, and the dot that may end a name.
fn domain(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
    host.trim_matches(['[', ']']).trim_end_matches('.').to_owned()
}

/// Another address that is probably the one that is meant, with the reason in both languages.
pub(super) fn better_address(settings: &Settings) -> Option<(String, String)> {
    let path = settings.url.path();
    if let (Backend::Dcat, Some(folder)) = (settings.backend, path.strip_suffix("/csw")) {
        let mut url = settings.url.clone();
        url.set_path(&format!("{folder}/rdf.search"));
        url.set_query(None);
        return Some((
            format!("C'est un service CSW : moissonnez le catalogue DCAT du même GeoNetwork, `{url}`."),
            format!("this is a CSW service: harvest the DCAT catalogue of the same GeoNetwork, `{url}`"),
        ));
    }
    let is_internal = settings.domain == "opendatasoft.com" || settings.domain.ends_with(".opendatasoft.com");
    (settings.backend == Backend::OpenDataSoft && is_internal).then(|| {
        (
            "Moissonnez l'adresse publique du portail, non celle de son hébergeur (`opendatasoft.com`).".to_owned(),
            "harvest the portal's public address, not its host's (`opendatasoft.com`): that is the one that is meant"
                .to_owned(),
        )
    })
}

/// Says so in the notes.
pub(super) fn advise(settings: &Settings) {
    if let Some((_, advice)) = better_address(settings) {
        tracing::warn!("`{}`: {advice}", settings.shown_url());
    }
}

/// Sends one request; returns what answered.
pub(super) async fn reach(settings: &Settings, client: &Client) -> Result<Vec<String>> {
    // A portal that answers so has no search, but is one.
    const ANSWERS: [StatusCode; 3] = [StatusCode::BAD_REQUEST, StatusCode::NOT_FOUND, StatusCode::CONFLICT];
    let path = match settings.backend {
        Backend::Dcat => "",
        Backend::Ckan => "api/3/action/package_search?rows=0",
        Backend::Dkan => "api/3/action/package_list",
        Backend::OpenDataSoft => "api/datasets/1.0/search/?rows=0",
    };
    let url = if path.is_empty() { settings.url.clone() } else { settings.url.join(path)? };
    let answers = if settings.backend == Backend::Ckan { ANSWERS.to_vec() } else { Vec::new() };
    let accept = if settings.backend == Backend::Dcat { pages::ACCEPT } else { "application/json" };
    let request = Request::new("the portal", url.clone()).accept(accept).answers(answers);
    let request = request.max_body_bytes(settings.max_page_bytes);
    client.get(&request, Ok).await?;
    Ok(vec![url.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_no_web_address_are_refused_and_one_without_scheme_is_shown_with_it() {
        assert!(parse_url("www.data.fr/catalogue").unwrap_err().contains("`https://www.data.fr/catalogue`"));
        for text in ["ftp://a.fr/", "file:///etc/passwd", "http://", "https://me@a.fr/", "https://me:word@a.fr/"] {
            assert!(parse_url(text).is_err(), "{text}");
        }
        assert_eq!(parse_url("HTTPS://Data.FR/a?b=c#d").unwrap().as_str(), "https://data.fr/a?b=c");
    }

    #[test]
    fn an_instant_is_a_date_or_a_date_and_time() {
        for (text, instant) in [
            ("2026-03-01", "2026-03-01T00:00:00Z"),
            ("2026-03-01T10:00:00", "2026-03-01T10:00:00Z"),
            ("2026-03-01T10:00:00.9Z", "2026-03-01T10:00:00Z"),
            ("2026-03-01T10:00:00+02:00", "2026-03-01T08:00:00Z"),
        ] {
            assert_eq!(parse_instant(text).unwrap().to_string(), instant, "{text}");
        }
        assert!(parse_instant("hier").is_err());
    }

    #[test]
    fn the_root_of_a_portal_ends_with_a_slash_and_keeps_its_path() {
        let url = |text: &str| Url::parse(text).unwrap();
        assert_eq!(root(Backend::Ckan, &url("https://a.fr/portail")).as_str(), "https://a.fr/portail/");
        assert_eq!(root(Backend::OpenDataSoft, &url("https://a.fr")).as_str(), "https://a.fr/");
        assert_eq!(root(Backend::Dcat, &url("https://a.fr/c?d=e")).as_str(), "https://a.fr/c?d=e");
        assert_eq!(domain(&url("https://WWW.A.fr.:8080/")), "www.a.fr");
    }
}
