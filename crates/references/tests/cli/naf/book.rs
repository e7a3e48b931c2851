//! Workbooks as Excel writes them since 2007, from the XML of their parts.

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The sheets of NAF 2025: the one with all levels, then the levels, sections first.
pub(crate) const SHEETS: [&str; 6] = ["NAF 2025", "Sections", "Divisions", "Groupes", "Classes", "Sous-classes"];

/// A workbook from the names of its sheets, the XML of the first ones (the others are empty), and its shared texts.
pub(crate) fn xlsx(names: &[String], sheets: &[String], texts: Option<&str>) -> Vec<u8> {
    let named = |(nth, name): (usize, &String)| {
        format!("<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"rId{}\"/>", nth + 1, nth % SHEETS.len())
    };
    let listed: String = names.iter().enumerate().map(named).collect();
    let workbook = format!("<workbook xmlns:r=\"{RELATIONS}\"><sheets>{listed}</sheets></workbook>");
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>")
    };
    let of_package =
        format!("<Relationships>{}</Relationships>", relation("rId1", "officeDocument", "xl/workbook.xml"));
    let of_sheet = |nth: usize| relation(&format!("rId{nth}"), "worksheet", &format!("worksheets/sheet{nth}.xml"));
    let of_texts = texts.map_or(String::new(), |_| relation("texts", "sharedStrings", "/xl/sharedStrings.xml"));
    let of_sheets: String = (0..SHEETS.len()).map(of_sheet).collect();
    let of_workbook = format!("<Relationships>{of_sheets}{of_texts}</Relationships>");
    let mut parts = vec![
        ("[Content_Types].xml", "<Types/>"),
        ("_rels/.rels", &of_package),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &of_workbook),
    ];
    parts.extend(texts.map(|texts| ("xl/sharedStrings.xml", texts)));
    let empty = sheet("");
    let paths: Vec<String> = (0..SHEETS.len()).map(|nth| format!("xl/worksheets/sheet{nth}.xml")).collect();
    let xml = |nth: usize| sheets.get(nth).unwrap_or(&empty).as_str();
    parts.extend(paths.iter().enumerate().map(|(nth, path)| (path.as_str(), xml(nth))));
    let parts: Vec<_> = parts.into_iter().map(|(path, xml)| (path, xml.as_bytes())).collect();
    archives::testing::zip(&parts)
}

/// A sheet from the XML of its rows.
pub(crate) fn sheet(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

/// [`SHEETS`], as a workbook lists them.
pub(crate) fn sheet_names() -> Vec<String> {
    SHEETS.map(str::to_owned).to_vec()
}
