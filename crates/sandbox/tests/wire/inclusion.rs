//! data·inclusion on the wire: calm pages, who may read them, and the published files.

use std::collections::BTreeSet;
use std::io::Read;
use std::time::Duration;

use sandbox::{Fault, Faults, Inclusion, InclusionOptions, List, Options, Server, SizeSaid, Standing, Workbook};
use serde_json::Value;

use crate::client::{Answer, connect, get, send, start};

pub(crate) fn server(change: impl FnOnce(&mut InclusionOptions)) -> Server {
    let mut options = Options::default().with(|options| options.france_travail.offers = 0);
    options.inclusion.structures = 60;
    change(&mut options.inclusion);
    start(options)
}

pub(crate) fn try_ask(server: &Server, target: &str) -> std::io::Result<Answer> {
    get(server, target, &[("Authorization", "Bearer jeton-invente-0123456789")])
}

pub(crate) fn ask(server: &Server, target: &str) -> Answer {
    try_ask(server, target).unwrap_or_else(|why| panic!("GET {target}: {why}"))
}

pub(crate) fn page(server: &Server, list: &str, page: usize, size: usize) -> Value {
    ask(server, &format!("/api/v1/{list}?page={page}&size={size}")).json()
}

pub(crate) fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// All pages, until one is shorter than asked.
pub(crate) fn sweep(server: &Server, list: &str, size: usize) -> Vec<String> {
    let mut all = vec![];
    for number in 1.. {
        let page = ids(&page(server, list, number, size));
        all.extend_from_slice(&page);
        if page.len() < size {
            break;
        }
    }
    all
}

#[test]
fn calm_pages_add_up_to_the_truth() {
    let server = server(|_| {});
    for (list, of) in [("structures", List::Structures), ("services", List::Services)] {
        let all = sweep(&server, list, 7);
        assert_eq!(sweep(&server, list, 10_000), all);
        let told: BTreeSet<String> = all.iter().cloned().collect();
        let held = server.service::<Inclusion>().truth(of);
        assert_eq!(told.len(), all.len());
        assert_eq!(held.iter().map(|held| held.id.clone()).collect::<BTreeSet<_>>(), told);
        assert!(held.iter().all(|held| (held.from, held.until) == (1, None)));
        let whole = ask(&server, &format!("/api/v1/{list}?size=10000"));
        assert!(held.iter().all(|held| whole.text().contains(&held.record)));
    }
    assert_eq!(server.service::<Inclusion>().truth(List::Structures).len(), 60);
}

#[test]
fn a_page_says_its_place_and_the_number_of_its_records_or_the_size_asked_for() {
    let said = |size_said, number| {
        let page = page(&server(|options| options.inclusion_size = size_said), "structures", number, 25);
        ["total", "page", "size", "pages"].map(|key| page[key].as_u64().unwrap())
    };
    assert_eq!(said(SizeSaid::Records, 3), [60, 3, 10, 3]);
    assert_eq!(said(SizeSaid::Asked, 3), [60, 3, 25, 3]);
    assert_eq!(said(SizeSaid::Records, 4), [60, 4, 0, 3]);
}

#[test]
fn a_size_beyond_ten_thousand_is_refused_and_without_one_it_is_five_thousand() {
    let server = server(|options| options.structures = 5_001);
    let status = |query: &str| ask(&server, &format!("/api/v1/structures?{query}")).status;
    assert_eq!(["size=10000", "size=10001", "size=0", "page=0", "page=x"].map(status), [200, 422, 422, 422, 422]);
    assert_eq!(ids(&ask(&server, "/api/v1/structures").json()).len(), 5_000);
}

#[test]
fn only_a_token_that_is_known_and_may_read_does() {
    let server = server(|_| {});
    for path in ["/api/v1/structures", "/api/v1/services", "/api/v1/sources"] {
        assert_eq!(get(&server, path, &[]).unwrap().status, 401);
        assert_eq!(get(&server, path, &[("Authorization", "Bearer autre")]).unwrap().status, 401);
        assert_eq!(ask(&server, path).status, 200);
    }
    server.service::<Inclusion>().set_standing(Standing::WithoutRight);
    assert_eq!(ask(&server, "/api/v1/structures").status, 403);
    assert_eq!(send(&server, "POST", "/_sandbox/inclusion/token", &[], "good").unwrap().status, 204);
    assert_eq!(ask(&server, "/api/v1/structures").status, 200);
    assert_eq!(send(&server, "POST", "/_sandbox/inclusion/token", &[], "perdu").unwrap().status, 400);
}

#[test]
fn a_token_can_be_revoked_or_lose_its_right_in_mid_run() {
    let server = server(|options| options.forbid_at = Some(4));
    server.set_faults(Faults::default().and_at(Fault::Unauthorised, 2));
    let status = || ask(&server, "/api/v1/services?size=5").status;
    assert_eq!([status(), status(), status()], [200, 401, 401]);
    server.service::<Inclusion>().set_standing(Standing::Good);
    assert_eq!([status(), status()], [403, 403]);
    let asked = server.requests();
    assert_eq!(asked[1].fault, Some(Fault::Unauthorised));
    assert_eq!(asked.iter().map(|asked| asked.authorised).collect::<Vec<_>>(), [true, false, false, false, false]);
}

#[test]
fn three_sources_are_named_and_each_tells_of_places_that_others_tell_of() {
    let server = server(|options| options.structures = 400);
    let named = ask(&server, "/api/v1/sources").json();
    let named: Vec<&str> = named.as_array().unwrap().iter().map(|source| source["slug"].as_str().unwrap()).collect();
    assert_eq!(named, ["dora", "mediation-numerique", "sandbox"]);
    let all = page(&server, "structures", 1, 400);
    let items = all["items"].as_array().unwrap();
    let find = |id: &Value| items.iter().find(|item| item["id"] == *id).unwrap();
    let mut across = 0;
    for item in items {
        for mate in item["doublons"].as_array().unwrap() {
            let other = find(&mate["id"]);
            assert_eq!(other["source"], mate["source"]);
            assert!(other["doublons"].as_array().unwrap().iter().any(|back| back["id"] == item["id"]));
            across += usize::from(other["source"] != item["source"]);
        }
    }
    assert!(across > 50, "{across}");
}

#[test]
fn services_name_their_structure_which_now_and_then_is_not_listed() {
    let server = server(|options| options.structures = 400);
    let listed: BTreeSet<String> = sweep(&server, "structures", 1_000).into_iter().collect();
    let services = page(&server, "services", 1, 10_000);
    let services = services["items"].as_array().unwrap();
    let orphans = services.iter().filter(|service| !listed.contains(service["structure_id"].as_str().unwrap())).count();
    assert!((1..10).contains(&orphans) && services.len() > 300, "{orphans} of {}", services.len());
}

#[test]
fn the_published_files_are_led_to_and_need_no_token() {
    let server = server(|_| {});
    let at = |resource: &str| format!("/depot-inclusion/api/1/datasets/r/{resource}");
    let address = |resource| {
        let answer = get(&server, &at(resource), &[]).unwrap();
        assert_eq!(answer.status, 302);
        answer.header("location").unwrap().strip_prefix(&server.url()).unwrap().to_owned()
    };
    let structures = get(&server, &address("4fc64287-e869-4550-8fb9-b1e0b7809ffa"), &[]).unwrap();
    let services = get(&server, &address("0eac1faa-66f9-4e49-8fb3-f0721027d89f"), &[]).unwrap();
    assert_eq!(get(&server, &at("autre"), &[]).unwrap().status, 404);
    let (structures, services) = (structures.json(), services.json());
    assert_eq!(structures.as_array().unwrap().len(), 60);
    assert!(structures[0].get("doublons").is_none() && services[0].get("structure_id").is_some());
    assert_eq!(structures[0]["date_maj"].as_i64().unwrap() % 86_400_000, 0);
    assert!(server.requests().iter().all(|asked| !asked.authorised));
}

#[test]
fn published_tables_have_lists_as_python_writes_them_and_a_column_without_a_name() {
    let server = server(|_| {});
    let inclusion = server.service::<Inclusion>();
    let rows = inclusion.dump_cells(List::Services, true);
    let column = |name: &str| rows[0].iter().position(|column| column == name).unwrap();
    assert_eq!((rows[0][0].as_str(), rows[1][0].as_str(), rows[2][0].as_str()), ("", "0", "1"));
    assert!(rows[1..].iter().all(|row| row[column("thematiques")].starts_with("['") && row.len() == rows[0].len()));
    assert_eq!(rows[1][column("date_maj")].len(), "2024-01-08".len());
    for (kind, mark) in [(Workbook::Xlsx, &b"PK"[..]), (Workbook::Ods, b"PK"), (Workbook::Xls, b"\xd0\xcf\x11\xe0")] {
        assert!(inclusion.dump_workbook(List::Services, true, kind).starts_with(mark), "{kind:?}");
    }
    assert!(inclusion.dump_csv(List::Structures, false).lines().next().unwrap().split(',').any(|name| name == "id"));
}

#[test]
fn what_goes_wrong_elsewhere_goes_wrong_here() {
    let server = server(|_| {});
    let faults = [Fault::TooManyDate, Fault::Html, Fault::ShortJson, Fault::ShortPage, Fault::RepeatedPage];
    server.set_faults(faults.iter().zip(1..).fold(Faults::default(), |all, (fault, nth)| all.and_at(*fault, nth)));
    let target = "/api/v1/structures?size=20";
    let late = ask(&server, target);
    assert!(late.status == 429 && late.header("retry-after").unwrap().ends_with("GMT"));
    assert!(ask(&server, target).text().contains("<form"));
    assert!(serde_json::from_str::<Value>(ask(&server, target).text()).is_err());
    let short = ask(&server, target).json();
    assert!(ids(&short).len() < 20 && short["total"] == 60);
    let repeated = ids(&ask(&server, target).json());
    assert_eq!((repeated.len(), repeated.into_iter().collect::<BTreeSet<_>>().len()), (20, 19));
}

#[test]
fn another_page_can_come_in_place_of_the_one_asked_for() {
    let server = server(|options| options.stale_at = vec![1, 3]);
    let number = |asked| page(&server, "structures", asked, 10)["page"].as_u64().unwrap();
    assert_eq!([number(1), number(2), number(3), number(3)], [2, 2, 2, 3]);
}

#[test]
fn faults_of_every_kind_leave_the_token_good() {
    let server = server(|_| {});
    server.set_faults(Faults::every(0.9));
    (0..60).for_each(|_| drop(try_get_quickly(&server)));
    server.set_faults(Faults::default());
    assert_eq!(ask(&server, "/api/v1/structures").status, 200);
}

/// Some faults never end.
fn try_get_quickly(server: &Server) -> std::io::Result<usize> {
    let headers = [("Authorization", "Bearer jeton-invente-0123456789")];
    let mut stream = connect(server, "GET", "/api/v1/structures?size=5", &headers, "")?;
    stream.set_read_timeout(Some(Duration::from_millis(20)))?;
    stream.read(&mut [0; 64])
}

#[test]
fn records_can_have_line_ends_between_their_parts() {
    let server = server(|options| options.inclusion_indented = true);
    let whole = ask(&server, "/api/v1/structures?size=1");
    assert!(whole.text().lines().count() > 20);
    assert_eq!(ids(&whole.json()).len(), 1);
}
