//! What an answer that could not be had means for the harvest: its exit code, and the words for those who run the portal.

use anyhow::Error;
use step::{ExitCode, Failure};
use transfer::{Cause, RequestError};

use crate::settings::Settings;
use crate::verdict::{JobError, Refusal};

use super::Question;

/// The error of a question, under the exit code that is the harvest's.
pub(super) fn harvest_error(error: Error, question: &Question, settings: &Settings) -> Error {
    let Some(told) = RequestError::of(&error) else { return error };
    let is_source = question.url.origin() == settings.url.origin() && settings.via.is_none() && !settings.follows;
    let (code, hint) = match &told.cause {
        Cause::Forbidden if is_source => (
            ExitCode::Usage,
            "if the portal is in your own network, and you trust it, add `--allow-private`".to_owned(),
        ),
        Cause::Forbidden => {
            (ExitCode::BadInput, "the portal leads where no portal should: tell those who run it".to_owned())
        }
        Cause::Redirect(target) => {
            let mut target = target.clone();
            let _ = target.set_username("");
            let _ = target.set_password(None);
            (ExitCode::BadInput, format!("if you trust it, harvest `{target}`, or add `--follow`"))
        }
        Cause::TooLarge => {
            (ExitCode::BadInput, "see whether the address is right; `--max-page-mib` sets the limit".to_owned())
        }
        Cause::EndlessHead => {
            (ExitCode::BadInput, "see whether the address is right, or tell those who run it".to_owned())
        }
        Cause::Status(status) if status.is_redirection() => {
            (ExitCode::BadInput, "see in a browser where the address leads".to_owned())
        }
        Cause::Status(status) if matches!(status.as_u16(), 401 | 403) => (
            ExitCode::AccessRefused,
            "check the address; the key of a CKAN portal is taken from `CATALOG_API_KEY`".to_owned(),
        ),
        Cause::Status(status) if matches!(status.as_u16(), 404 | 410) => {
            (ExitCode::Unavailable, "it is not there, or no longer: check the address".to_owned())
        }
        Cause::Certificate | Cause::Dns | Cause::Proxy | Cause::Tls => return wrap(error, settings),
        _ => (ExitCode::Unavailable, "the portal may be down or overloaded: run again later".to_owned()),
    };
    let retry_after = told.retry_after;
    let failure = Failure::new(code, could_not(settings)).hint(hint);
    let failure = match retry_after {
        Some(after) => failure.retry_after_s(after.as_secs()),
        None => failure,
    };
    failure.because(error).into()
}

/// The error's own code and hint fit.
fn wrap(error: Error, settings: &Settings) -> Error {
    error.context(could_not(settings))
}

fn could_not(settings: &Settings) -> String {
    format!("could not harvest `{}`", settings.shown_url())
}

/// What is told of the error that made the job fail, with its causes for those who look closer.
pub(crate) fn told(error: &Error) -> JobError {
    let refusal = error.chain().find_map(|cause| cause.downcast_ref::<Refusal>());
    let told = match (refusal, RequestError::of(error)) {
        (Some(refusal), _) => refusal.0.clone(),
        (None, Some(request)) => of_request(request),
        (None, None) => JobError::new("Le moissonnage n'a pas pu aller à son terme.", "the harvest could not be done"),
    };
    let mut details = told.details.clone();
    details.extend(error.chain().map(ToString::to_string));
    details.dedup();
    told.details(details)
}

/// What is said of an answer that could not be had.
fn of_request(told: &RequestError) -> JobError {
    let again = ("Relancez le moissonnage plus tard.", "run again later");
    let check = ("Vérifiez l'adresse du portail.", "check the address of the portal");
    let (fr, en, (hint_fr, hint_en)) = match &told.cause {
        Cause::Dns => ("Le nom du portail ne mène à aucune adresse.", "the portal's name has no address", check),
        Cause::Proxy => {
            ("Le serveur mandataire (proxy) ne laisse pas passer la demande.", "the proxy is in the way", again)
        }
        Cause::Certificate => ("Le certificat du portail n'est pas reconnu.", "the certificate is not trusted", check),
        Cause::Tls => ("La connexion chiffrée avec le portail a échoué.", "no encrypted connection", check),
        Cause::Unreachable => ("Le portail ne répond pas.", "the portal does not answer", again),
        Cause::Slow => ("Le portail répond trop lentement.", "the portal is too slow", again),
        Cause::Broken => ("La réponse du portail s'interrompt.", "the answer breaks off", again),
        Cause::Redirect(_) => (
            "Le portail renvoie vers une autre adresse, qui n'est pas suivie.",
            "the portal redirects to another address, which is not followed",
            ("Moissonnez cette adresse, ou ajoutez `--follow`.", "harvest that address, or add `--follow`"),
        ),
        Cause::Forbidden => (
            "Le portail mène à une adresse qu'il n'est pas permis de consulter.",
            "the portal leads to an address that may not be asked",
            ("Signalez-le à qui administre le portail.", "tell those who run the portal"),
        ),
        Cause::TooLarge => ("La réponse du portail est trop longue.", "the answer is too long", check),
        Cause::EndlessHead => {
            ("L'en-tête de la réponse du portail ne finit pas.", "the head of the answer does not end", check)
        }
        Cause::Status(status) => return of_status(status.as_u16()),
        Cause::Malformed | Cause::Inconsistent => {
            ("La réponse du portail est incohérente.", "the answer contradicts itself", again)
        }
    };
    JobError::new(fr, en).hint(hint_fr, hint_en)
}

fn of_status(status: u16) -> JobError {
    match status {
        401 | 403 => JobError::new(
            format!("Le portail refuse l'accès (HTTP {status})."),
            format!("the portal refuses access (HTTP {status})"),
        )
        .hint(
            "Vérifiez l'adresse et, pour un portail CKAN, la clé d'accès.",
            "check the address and, of a CKAN portal, the key",
        ),
        404 | 410 => JobError::new(
            format!("Il n'y a rien à cette adresse (HTTP {status})."),
            format!("there is nothing at this address (HTTP {status})"),
        )
        .hint("Vérifiez l'adresse du portail.", "check the address of the portal"),
        _ => JobError::new(
            format!("Le portail répond par une erreur (HTTP {status})."),
            format!("the portal answers with an error (HTTP {status})"),
        )
        .hint("Relancez le moissonnage plus tard.", "run again later"),
    }
}
