//! A calendar of days, as pages show it: a table a month, a square a day, with its state in words.

use jiff::civil::Date;
use report::{Lang, Markup, group};

/// One day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Square {
    pub(crate) date: Date,
    /// `complete`, `partial`, `missing`, `unproven`, `altered` or `archived`.
    pub(crate) state: &'static str,
    pub(crate) offers: Option<u64>,
}

/// What a page with a calendar needs in its style.
pub(crate) const STYLE: &str = "\
.calendar { display: grid; align-items: start; grid-template-columns: repeat(auto-fill, minmax(20.5rem, 1fr)); gap: 1rem 1.5rem; margin: 1rem 0; }
.calendar table { table-layout: fixed; margin: 0; break-inside: avoid; }
.calendar caption { text-align: left; font-weight: 600; padding-bottom: .25rem; }
.calendar th, .calendar td { text-align: center; padding: .15rem 0; font-size: .7rem; line-height: 1.25; overflow-wrap: normal; }
.calendar td { border: 2px solid var(--ground); height: 3.3rem; }
.calendar td b { display: block; font-size: .85rem; }
.calendar td span, .calendar td small { display: block; font-size: .62rem; letter-spacing: -.02em; }
[data-state] { --state: #e8e8ee; }
[data-state=complete] { --state: #cfe8d8; }
[data-state=partial] { --state: #fbe7a3; }
[data-state=missing] { --state: #f6c6cb; }
[data-state=unproven] { --state: #ddd3f0; }
[data-state=altered] { --state: #f7cfa8; }
@media print, (max-width: 30rem) { .calendar td span, .calendar td small { font-size: .54rem; } }
.calendar td[data-state] { background: var(--state); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
";

/// A state in words.
pub(crate) fn word(state: &str, lang: Lang) -> &'static str {
    let [french, english] = match state {
        "complete" => ["complet", "complete"],
        "partial" => ["partiel", "partial"],
        "missing" => ["manquant", "missing"],
        "unproven" => ["sans preuve", "unproven"],
        "altered" => ["altéré", "altered"],
        _ => ["archivé", "archived"],
    };
    if lang == Lang::Fr { french } else { english }
}

/// So many days of a state, in words.
pub(crate) fn counted(count: u64, state: &str, lang: Lang) -> String {
    let agrees = lang == Lang::Fr && count > 1 && state != "unproven";
    format!("{count} {}{}", word(state, lang), if agrees { "s" } else { "" })
}

/// The months of these days, which are in order.
pub(crate) fn calendar(days: &[Square], lang: Lang) -> Markup {
    let mut markup = Markup::default();
    markup.element("div", &[("class", "calendar")], |months| {
        for month in days.chunk_by(|one, other| one.date.first_of_month() == other.date.first_of_month()) {
            months.element("table", &[], |table| table_of(month, lang, table));
        }
    });
    markup
}

fn table_of(month: &[Square], lang: Lang, table: &mut Markup) {
    let first = month[0].date.first_of_month();
    table.element_of_text("caption", &[], &name(first, lang));
    table.element("thead", &[], |head| {
        head.element("tr", &[], |row| {
            for name in weekdays(lang) {
                row.element_of_text("th", &[("scope", "col")], name);
            }
        });
    });
    table.element("tbody", &[], |body| {
        let before = first.weekday().to_monday_zero_offset();
        // Squares of the month, from the Monday on or before its first day.
        let places = (0..42).map(|place| place - i32::from(before));
        let places: Vec<_> = places.map(|place| u8::try_from(place + 1).ok().filter(|day| *day >= 1)).collect();
        // Of the first month and the last, the weeks alone that have a day.
        for week in places.chunks(7).filter(|week| week.iter().any(|day| find(month, *day).is_some())) {
            body.element("tr", &[], |row| week.iter().for_each(|day| square(month, *day, lang, row)));
        }
    });
}

fn find(month: &[Square], day: Option<u8>) -> Option<&Square> {
    month.iter().find(|square| day.is_some_and(|day| square.date.day() as u8 == day))
}

fn square(month: &[Square], day: Option<u8>, lang: Lang, row: &mut Markup) {
    let Some(Square { date, state, offers }) = find(month, day) else {
        row.element("td", &[], |_| {});
        return;
    };
    let offers_data = offers.map(|offers| offers.to_string()).unwrap_or_default();
    let data = [("data-date", &*date.to_string()), ("data-state", *state), ("data-offers", &*offers_data)];
    row.element("td", &data, |cell| {
        cell.element_of_text("b", &[], &date.day().to_string());
        cell.element_of_text("span", &[], word(state, lang));
        if let Some(offers) = offers {
            cell.element_of_text("small", &[], &group(*offers, lang));
        }
    });
}

fn weekdays(lang: Lang) -> [&'static str; 7] {
    match lang {
        Lang::Fr => ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
        Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    }
}

/// `juin 2024`
pub(crate) fn name(month: Date, lang: Lang) -> String {
    const FRENCH: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let names = if lang == Lang::Fr { FRENCH } else { ENGLISH };
    format!("{} {}", names[month.month() as usize - 1], month.year())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn each_day_is_once_under_its_weekday() {
        let mut days = vec![];
        let mut day = date(2024, 5, 30);
        while day <= date(2024, 7, 1) {
            let offers = (day.day() != 4).then_some(49_969);
            days.push(Square { date: day, state: if day.day() == 4 { "missing" } else { "complete" }, offers });
            day = day.tomorrow().unwrap();
        }
        let markup = calendar(&days, Lang::Fr);
        let text = markup.as_str();
        assert_eq!(text.matches("data-date=").count(), days.len());
        assert_eq!(text.matches("<table>").count(), 3);
        let missing =
            "<td data-date=\"2024-06-04\" data-state=\"missing\" data-offers=\"\"><b>4</b><span>manquant</span></td>";
        assert!(text.contains(missing), "{text}");
        assert!(text.contains("<small>49\u{202f}969</small>"));
        let june = text.split("juin 2024</caption>").nth(1).unwrap().split("</table>").next().unwrap();
        // 1 June 2024 is a Saturday: five empty squares, then two days.
        let first = june.split("<tbody><tr>").nth(1).unwrap().split("</tr>").next().unwrap();
        assert!(first.starts_with(&"<td></td>".repeat(5)) && first.matches("data-date").count() == 2, "{first}");
        assert_eq!(june.split("<tbody>").nth(1).unwrap().matches("<tr>").count(), 5);
        let may = text.split("mai 2024</caption>").nth(1).unwrap().split("</table>").next().unwrap();
        assert_eq!(may.matches("<tr>").count(), 2, "its weekdays, and the one week that has days: {may}");
        assert_eq!(counted(2, "missing", Lang::Fr), "2 manquants");
        assert_eq!([counted(1, "altered", Lang::Fr), counted(2, "unproven", Lang::Fr)], ["1 altéré", "2 sans preuve"]);
    }
}
