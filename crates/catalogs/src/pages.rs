//! A DCAT catalogue, page by page, proven to be an unbroken chain to its end.

mod waiting;

use std::collections::HashSet;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use step::ExitCode;
use url::Url;

use crate::dcat;
use crate::gathering::{Gathering, Part};
use crate::item::Finding;
use crate::memory;
use crate::page::Page;
use crate::portal::{Answer, Portal, Question};
use crate::service::Service;
use crate::settings::Settings;
use crate::verdict::{JobError, Listing};

use waiting::Waiting;

/// The types in which a catalogue is read, those first that are read fastest.
pub(crate) const ACCEPT: &str = "application/n-triples, text/turtle;q=0.9, application/trig;q=0.9, text/n3;q=0.9, \
                                 application/rdf+xml;q=0.8, application/ld+json;q=0.7, application/xml;q=0.5, \
                                 text/xml;q=0.5, application/json;q=0.4, */*;q=0.1";

/// So many pages in a row that bring nothing new and go on are a circle that looks like a line.
const MOST_STALE_PAGES: u32 = 3;

/// How far the listing is.
#[derive(Debug)]
struct Course {
    /// Addresses, by their numbers: a portal chooses how long they are.
    asked: HashSet<u64>,
    hashes: HashSet<String>,
    pages: u64,
    /// Pages in a row without a new item.
    stale: u32,
    announced: Option<u64>,
    errors: Vec<JobError>,
    services: Waiting,
    /// By the numbers of their addresses.
    access_services: HashSet<u64>,
    is_limited: bool,
}

/// What is wanted to be known again of a page.
#[derive(Debug, Serialize, Deserialize)]
struct PageData {
    format: String,
    next: Option<String>,
    total: Option<u64>,
    access_services: Vec<String>,
    findings: Vec<Finding>,
    skipped_statements: u64,
    first_skipped_line: Option<u64>,
}

/// Goes through the catalogue.
///
/// # Errors
/// As [`Portal::get`]; 65 a page is no catalogue, or a next page lies where none may be asked.
pub(crate) async fn harvest(portal: &mut Portal, gathering: &mut Gathering) -> Result<Listing> {
    let mut course = Course::new(Waiting::new(gathering.folder())?);
    let mut next = Some(portal.settings().url.clone());
    while let Some(url) = next {
        next = course.read_page(portal, gathering, url).await?;
    }
    course.add_services(gathering)?;
    course.end(gathering)
}

impl Course {
    fn new(services: Waiting) -> Self {
        Self {
            asked: HashSet::new(),
            hashes: HashSet::new(),
            pages: 0,
            stale: 0,
            announced: None,
            errors: Vec::new(),
            services,
            access_services: HashSet::new(),
            is_limited: false,
        }
    }

    /// Takes a page; gives back the next one, if it is to be asked.
    async fn read_page(&mut self, portal: &mut Portal, gathering: &mut Gathering, url: Url) -> Result<Option<Url>> {
        self.pages += 1;
        self.asked.insert(memory::number_of(url.as_str()));
        let name = format!("page {}", self.pages);
        let question = Question { name, url: url.clone(), accept: ACCEPT, answers: Vec::new() };
        let before = gathering.new_items();
        let (hash, data) = match portal.get(&question).await? {
            Answer::AsBefore(unit) => {
                let data = serde_json::from_value(unit.data.clone()).context("could not read the memory")?;
                gathering.each_service(&unit, |service| self.services.add(&service))?;
                let (count, items) = (gathering.count, unit.items.len() as u64);
                gathering.carry(&unit)?;
                self.is_limited |= gathering.count - count < items;
                (unit.hash, data)
            }
            Answer::Fresh(body) => {
                let part = Part::of_answer(&body);
                let hash = part.hash().to_owned();
                let page = dcat::read_page(body, portal.settings())?;
                (hash, self.take_page(portal.settings(), gathering, part, page)?)
            }
        };
        self.is_limited |= gathering.is_full() && data.next.is_some();
        self.note(gathering, &data)?;
        if !self.hashes.insert(hash) {
            self.stop(
                format!("La page {} est la même qu'une page précédente : la lecture s'arrête là.", self.pages),
                format!("page {} is the same as one before: reading ends there", self.pages),
            );
            return Ok(None);
        }
        self.stale = if gathering.new_items() > before { 0 } else { self.stale + 1 };
        match data.next.filter(|_| !gathering.is_full()) {
            Some(next) => self.judge_next(portal, &url, &next),
            None => Ok(None),
        }
    }

    fn take_page(
        &mut self,
        settings: &Settings,
        gathering: &mut Gathering,
        part: Part,
        page: Page,
    ) -> Result<PageData> {
        gathering.begin(part);
        let data = PageData {
            format: page.format.to_owned(),
            next: page.next,
            total: page.total,
            access_services: page.access_services,
            findings: page.findings,
            skipped_statements: page.skipped_statements,
            first_skipped_line: page.first_skipped_line,
        };
        let take = |item| match gathering.is_full() {
            true => Ok(false),
            false => gathering.add(item).map(|()| true),
        };
        if !page.entries.datasets(settings, take)? {
            self.is_limited = true;
            return Ok(data);
        }
        page.entries.services(settings, |service| {
            gathering.note_service(&service)?;
            self.services.add(&service)
        })?;
        gathering.end(serde_json::to_value(&data)?)?;
        Ok(data)
    }

    /// What a page says besides its items.
    fn note(&mut self, gathering: &mut Gathering, data: &PageData) -> Result<()> {
        gathering.set_format(&data.format);
        self.announced = self.announced.or(data.total);
        self.access_services.extend(data.access_services.iter().map(|uri| memory::number_of(uri)));
        for finding in &data.findings {
            gathering.tell(finding.clone())?;
        }
        if data.skipped_statements > 0 {
            let (page, count) = (self.pages, data.skipped_statements);
            let (fr, en) = match data.first_skipped_line {
                Some(line) => (format!(" (la première ligne {line})"), format!(" (the first on line {line})")),
                None => Default::default(),
            };
            self.stop(
                format!("Page {page} : {count} déclaration(s) illisible(s) sont laissées de côté{fr}."),
                format!("page {page}: {count} statement(s) cannot be read and are left out{en}"),
            );
        }
        Ok(())
    }

    /// Whether the page that is named may and shall be asked.
    fn judge_next(&mut self, portal: &Portal, page: &Url, next: &str) -> Result<Option<Url>> {
        let Ok(mut next) = page.join(next) else {
            self.stop(
                "L'adresse de la page suivante n'est pas lisible.",
                "the address of the next page cannot be read",
            );
            return Ok(None);
        };
        next.set_fragment(None);
        refuse_odd(&next)?;
        let most = portal.settings().max_pages;
        if self.asked.contains(&memory::number_of(next.as_str())) {
            self.stop(
                format!("Les pages tournent en rond : `{next}` a déjà été lue."),
                format!("the pages go in a circle: `{next}` was read before"),
            );
        } else if self.stale >= MOST_STALE_PAGES {
            self.stop(
                format!("{MOST_STALE_PAGES} pages de suite n'apportent rien de nouveau : la lecture s'arrête là."),
                format!("{MOST_STALE_PAGES} pages in a row bring nothing new: reading ends there"),
            );
        } else if self.pages >= most {
            self.stop(
                format!("Le catalogue a plus de {most} pages : la lecture s'arrête là."),
                format!("the catalogue has over {most} pages: reading ends there"),
            );
        } else {
            return Ok(Some(next));
        }
        Ok(None)
    }

    /// Services that are nobody's access service are items.
    fn add_services(&mut self, gathering: &mut Gathering) -> Result<()> {
        let took_all = self.services.each(|Service { uri, item }| {
            if uri.is_some_and(|uri| self.access_services.contains(&memory::number_of(&uri))) {
                return Ok(true);
            }
            match gathering.is_full() {
                true => Ok(false),
                false => gathering.add(item).map(|()| true),
            }
        })?;
        self.is_limited |= !took_all;
        Ok(())
    }

    fn end(self, gathering: &mut Gathering) -> Result<Listing> {
        if !self.errors.is_empty() {
            return Ok(Listing::Incomplete(self.errors));
        }
        if self.is_limited {
            return Ok(Listing::Limited);
        }
        let came = gathering.datasets.came();
        if let Some(announced) = self.announced.filter(|announced| *announced > came) {
            gathering.tell(Finding::new("catalogue.count").value(format!("{came} / {announced}")))?;
        }
        Ok(Listing::Whole)
    }

    fn stop(&mut self, fr: impl Into<String>, en: impl Into<String>) {
        self.errors.push(JobError::new(fr, en));
    }
}

/// A portal chooses neither how, nor as whom, we ask.
fn refuse_odd(next: &Url) -> Result<()> {
    let has_user = !next.username().is_empty() || next.password().is_some();
    if matches!(next.scheme(), "http" | "https") && next.has_host() && !has_user {
        return Ok(());
    }
    let mut shown = next.clone();
    let _ = shown.set_password(None);
    let _ = shown.set_username("");
    let error = JobError::new(
        format!("La page suivante, `{shown}`, n'est pas une simple adresse web."),
        format!("could not ask the next page: `{shown}` is no plain web address"),
    );
    Err(error
        .hint("Signalez-le à qui administre le portail.", "tell those who run the portal")
        .fail(ExitCode::BadInput))
}
