//! The NAF: INSEE's six workbooks of 2008, or the one of 2025.

use anyhow::Result;
use files::Access;
use transfer::{FileRequest, Signature, Url};

use super::address::{XLS, ZIP};
use super::{Args, Errand, Got, Receipt};

/// The workbooks of 2008, as INSEE names them.
const WORKBOOKS: [&str; 6] = [
    "naf2008_5_niveaux.xls",
    "naf2008_liste_n1.xls",
    "naf2008_liste_n2.xls",
    "naf2008_liste_n3.xls",
    "naf2008_liste_n4.xls",
    "naf2008_liste_n5.xls",
];

/// The workbook of 2025; INSEE's own name has spaces and a date in it.
const WORKBOOK_2025: &str = "naf2025.xlsx";

pub(super) async fn download(errand: &Errand<'_>) -> Result<Got> {
    let folder = errand.folder("naf");
    let wanted = wanted(errand.args);
    let url = match wanted.len() {
        1 => errand.args.sources.naf_2025_url.to_string(),
        _ => errand.args.sources.naf_url.to_string(),
    };
    let files = wanted.iter().map(|(name, _)| (*name).to_owned()).collect();
    let own = Receipt { url, files: Some(files), ..Receipt::default() };
    let mut all = Got { path: folder.clone(), bytes: 0, sha256: None, unchanged: None, own };
    let mut unchanged = Vec::new();
    for (name, wanted) in wanted {
        let got = errand.take(&wanted, &folder.join(name)).await?;
        all.bytes += got.bytes;
        unchanged.push(got.unchanged);
        all.own.resumed_bytes += got.own.resumed_bytes;
    }
    // Only if all of them are.
    all.unchanged = unchanged.into_iter().reduce(|all, one| all.and(one)).flatten();
    Ok(all)
}

/// The files and their names.
pub(super) fn wanted(args: &Args) -> Vec<(&'static str, FileRequest)> {
    let wanted = |name: &'static str, url: Url, known| {
        let signature = Signature::AnyOf(known);
        (
            name,
            FileRequest {
                name: format!("`{name}`"),
                url,
                bytes: None,
                md5: None,
                sha256: None,
                signature,
                access: Access::Everyone,
            },
        )
    };
    if args.nomenclature == "2025" {
        return vec![wanted(WORKBOOK_2025, args.sources.naf_2025_url.clone(), ZIP)];
    }
    let folder = &args.sources.naf_url;
    let url = |name: &str| {
        let mut url = folder.clone();
        url.set_path(&format!("{}/{name}", folder.path().trim_end_matches('/')));
        url
    };
    WORKBOOKS.iter().map(|name| wanted(name, url(name), XLS)).collect()
}
