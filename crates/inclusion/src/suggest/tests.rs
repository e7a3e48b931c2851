use super::*;

#[test]
fn identifiers_and_dates_are_known_by_their_look() {
    for id in ["LMN210", "8", "5f0c7a3e-1b2c-4d5e-8f90-123456789abc", "{A1}", "a_1"] {
        assert!(looks_like_identifier(id), "{id}");
    }
    for other in ["Mairie", "2 rue", "47.2", "0102030405", "a1@b.fr", "2024-01-01", "14/02/2025"] {
        assert!(!looks_like_identifier(other), "{other}");
    }
    assert!(looks_like_date("2024-01-01") && looks_like_date("14 février 2025"));
    assert!(!looks_like_date("20240101") && !looks_like_date("45702") && !looks_like_date("x"));
}

#[test]
fn a_source_is_a_slug_or_comes_from_the_name_of_the_file() {
    assert_eq!(source_of(Path::new("a/Lieux 2024.csv"), None).unwrap(), "lieux-2024");
    assert_eq!(source_of(Path::new("a.csv"), Some("cd35")).unwrap(), "cd35");
    let error = source_of(Path::new("a.csv"), Some("CD 35")).unwrap_err();
    assert_eq!(error.downcast_ref::<Failure>().unwrap().code(), ExitCode::Usage);
}

#[test]
fn contacts_and_links_are_known_by_their_look() {
    for telephone in ["01 23 45 67 89", "+33123456789", "0123456789 / 0612345678", "3939", "102030405"] {
        assert!(looks_like_telephone(telephone), "{telephone}");
    }
    for other in ["Mairie", "37250", "12 rue du Général de Gaulle, 37250", "x"] {
        assert!(!looks_like_telephone(other), "{other}");
    }
    for link in ["http://a.fr", "www.a.fr", "a.fr/b", "https://"] {
        assert!(looks_like_link(link), "{link}");
    }
    for other in ["oui", "-", "2.5", "a b.fr", "a@b.fr", ""] {
        assert!(!looks_like_link(other), "{other}");
    }
    assert!(looks_like_email("a@b.fr") && !looks_like_email("@b.fr") && !looks_like_email("a@b"));
}
