//! The page in a browser, where there is one.

use std::process::Command;

use super::*;

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// What a browser made of a page after its scripts ran; none where there is no browser.
fn look(page: &std::path::Path) -> Option<String> {
    let look = |browser: &str| {
        let mut command = Command::new(browser);
        command.args(["--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]);
        // Files count as one place, so that the page around may look into the other.
        command.args(["--disable-web-security", "--virtual-time-budget=3000", "--dump-dom"]);
        command.arg(format!("--user-data-dir={}", page.with_extension("profile").display()));
        command.arg(format!("file://{}", page.display())).output().ok()
    };
    let output = BROWSERS.iter().find_map(|browser| look(browser))?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn nothing_reaches_beyond_the_page_on_a_telephone_or_a_screen() {
    let run = in_every_state();
    run.write("offres.report.json", table().to_string().as_bytes());
    let run = run.run().expect_code(0);
    let around = run.path("around.html");
    let text = "<iframe src='rapport-collecte.html' style='width:360px;height:900px'></iframe>\
                <iframe src='rapport-collecte.html' style='width:1200px;height:900px'></iframe><p></p><script>\
                onload = () => { for (const frame of document.querySelectorAll('iframe')) {\
                const page = frame.contentDocument.documentElement;\
                document.querySelector('p').append(`${page.scrollWidth}/${page.clientWidth}:\
                ${page.querySelectorAll('td[data-date]').length} `) } }</script>";
    std::fs::write(&around, text).unwrap();
    let Some(seen) = look(&around) else { return eprintln!("skipped: there is no browser") };
    let measured: Vec<&str> =
        seen.split("<p>").nth(1).unwrap_or_default().split("</p>").next().unwrap().split(' ').collect();
    let measured: Vec<&str> = measured.into_iter().filter(|text| text.contains('/')).collect();
    assert_eq!(measured.len(), 2, "{seen}");
    for text in measured {
        let (wide, room) = text.trim_end_matches(':').split_once('/').unwrap();
        let room = room.split(':').next().unwrap();
        assert!(wide == room && room.parse::<u32>().unwrap() > 300, "{text}");
    }
}
