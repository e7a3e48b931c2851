//! Reference files: the catalogue, and a file server's manners.

use sandbox::{Options, ReferenceOptions, References, Server, Validators};

use crate::client::{Answer, get, start};

const EDITION: &str = "ADMIN-EXPRESS-COG-CARTO_3-2__SHP_WGS84G_FRA_2025-04-02";
const STOCK: &str = "/data-pipeline-open/siren/stock/StockEtablissement_utf8.zip";

fn server(change: impl FnOnce(&mut ReferenceOptions)) -> Server {
    let mut options = Options::default().with(|options| options.france_travail.offers = 0);
    options.references.communes = 200;
    options.references.sirene_rows = 200;
    change(&mut options.references);
    start(options)
}

fn ask(server: &Server, target: &str, headers: &[(&str, &str)]) -> Answer {
    get(server, target, headers).unwrap_or_else(|why| panic!("GET {target}: {why}"))
}

fn archive() -> String {
    format!("/telechargement/download/ADMIN-EXPRESS-COG-CARTO/{EDITION}/{EDITION}.7z")
}

#[test]
fn pages_add_up_to_the_total_they_announce() {
    let server = server(|_| {});
    let page = |n| {
        let target = format!("/telechargement/resource/ADMIN-EXPRESS-COG-CARTO?zone=FRA&page={n}&limit=5");
        ask(&server, &target, &[]).text().to_owned()
    };
    let pages: Vec<String> = (1..=3).map(page).collect();
    assert!(pages.iter().all(|page| page.contains("gpf_dl:pagecount=\"3\" gpf_dl:totalentries=\"12\"")));
    assert_eq!(pages.iter().map(|page| page.matches("<entry>").count()).collect::<Vec<_>>(), [5, 5, 2]);
}

#[test]
fn the_list_of_files_tells_the_length_of_each_and_its_md5() {
    let server = server(|_| {});
    let list = ask(&server, &format!("/telechargement/resource/ADMIN-EXPRESS-COG-CARTO/{EDITION}"), &[]);
    let archive = ask(&server, &archive(), &[]);
    assert!(archive.body.starts_with(b"7z\xbc\xaf\x27\x1c"));
    let md5 = archive.header("etag").unwrap().trim_matches('"').to_owned();
    assert!(list.text().contains(&format!("<content>{md5}</content>")));
    assert!(list.text().contains(&format!("gpf_dl:length=\"{}\"", archive.body.len())));
    assert!(list.text().find(".md5</title>") < list.text().find(".7z</title>"));
}

#[test]
fn a_part_is_handed_out_only_of_the_version_that_is_known() {
    let server = server(|_| {});
    let whole = ask(&server, STOCK, &[]);
    let etag = whole.header("etag").unwrap().to_owned();
    let rest = ask(&server, STOCK, &[("Range", "bytes=100-"), ("If-Range", &etag)]);
    assert_eq!((rest.status, rest.body.as_slice()), (206, &whole.body[100..]));
    assert_eq!(rest.range(), format!("bytes 100-{}/{}", whole.body.len() - 1, whole.body.len()));
    assert_eq!(ask(&server, STOCK, &[("Range", "bytes=100-"), ("If-Range", "\"other\"")]).status, 200);
    let end = format!("bytes={}-", whole.body.len());
    let nothing = ask(&server, STOCK, &[("Range", &end), ("If-Range", &etag)]);
    assert_eq!((nothing.status, nothing.range()), (416, format!("bytes */{}", whole.body.len()).as_str()));
    assert_eq!(ask(&server, STOCK, &[("If-None-Match", &etag)]).status, 304);
    server.service::<References>().release();
    assert_eq!(ask(&server, STOCK, &[("Range", "bytes=100-"), ("If-Range", &etag)]).status, 200);
    assert_eq!(ask(&server, STOCK, &[("If-None-Match", &etag)]).status, 200);
    assert_eq!(
        server.service::<References>().handouts().iter().map(|handout| handout.first).collect::<Vec<_>>(),
        [0, 100, 0, 0, 0, 0, 0]
    );
}

#[test]
fn a_server_can_be_without_manners() {
    let plain = server(|references| {
        references.validators = Validators::None;
        references.no_ranges = true;
    });
    let whole = ask(&plain, STOCK, &[("Range", "bytes=100-")]);
    assert_eq!((whole.status, whole.header("etag"), whole.header("last-modified")), (200, None, None));
    let careless = server(|references| references.ignore_if_range = true);
    assert_eq!(ask(&careless, STOCK, &[("Range", "bytes=100-"), ("If-Range", "\"other\"")]).status, 206);
}

#[test]
fn addresses_that_are_stable_lead_to_others() {
    let server = server(|references| references.redirect_archives = true);
    let target = "/api/1/datasets/r/0651fb76-bcf3-4f6a-a38d-bc04fa708576";
    let sirene = ask(&server, target, &[]);
    assert_eq!((sirene.status, sirene.header("location")), (302, Some(STOCK)));
    let archive = ask(&server, &archive(), &[]);
    assert_eq!(ask(&server, archive.header("location").unwrap(), &[]).status, 200);
}

#[test]
fn workbooks_and_archives_begin_as_what_they_are() {
    let server = server(|_| {});
    for (target, start) in [
        (STOCK, b"PK\x03\x04".as_slice()),
        ("/fr/statistiques/fichier/2120875/naf2008_5_niveaux.xls", b"\xd0\xcf\x11\xe0"),
        ("/fr/statistiques/fichier/8617910/Structure%20NAF%202025%20Maj%202024-10-04.xlsx", b"PK\x03\x04"),
    ] {
        assert!(ask(&server, target, &[]).body.starts_with(start), "{target}");
    }
    assert_eq!(ask(&server, "/fr/statistiques/fichier/2120875/autre.xls", &[]).status, 404);
}

#[test]
fn who_asks_ign_too_often_is_told_to_wait() {
    let server = server(|references| references.ign_rate = 1.0);
    let statuses: Vec<u16> = (0..3).map(|_| ask(&server, "/telechargement/capabilities", &[]).status).collect();
    assert_eq!(statuses, [200, 429, 429]);
}
