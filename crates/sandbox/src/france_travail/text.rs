//! Words: plausible, invented, and full of what breaks careless readers (accents, quotes, line breaks, emoji, control characters).

use crate::world::dice::Dice;

/// Appends a description of about `length` bytes, escaped as in JSON.
pub(crate) fn push_description(out: &mut String, dice: &mut Dice, length: usize) {
    let end = out.len() + length;
    out.push_str(dice.pick(&OPENINGS));
    while out.len() < end {
        match dice.below(24) {
            0..4 => out.push_str("\\n"),
            4 => out.push_str("\\n \\n  "),
            5..8 => {
                out.push_str("\\n");
                out.push_str(dice.pick(&BULLETS));
            }
            8 => out.push_str(dice.pick(&ODDITIES)),
            _ => out.push(' '),
        }
        push_sentence(out, dice);
    }
}

fn push_sentence(out: &mut String, dice: &mut Dice) {
    out.push_str(dice.pick(&STARTS));
    for _ in 0..3 + dice.below(11) {
        out.push(' ');
        out.push_str(dice.pick(&WORDS));
    }
    out.push_str(dice.pick(&[".", ".", ".", " !", " :", " ;", "..."]));
}

/// Appends a path of letters, as long as those of trackers.
pub(crate) fn push_letters(out: &mut String, dice: &mut Dice, count: usize) {
    let mut bits = 0;
    for nth in 0..count {
        if nth % 12 == 0 {
            bits = dice.next();
        }
        out.push(char::from(b'a' + (bits % 26) as u8));
        bits /= 26;
    }
}

const OPENINGS: [&str; 10] = [
    "Notre agence recherche pour l'un de ses clients un profil (H/F).",
    "✅ Poste à pourvoir rapidement !",
    "Vos missions :\\n- ",
    "Descriptif du poste\\n\\n",
    "🚀 Rejoignez une équipe à taille humaine !",
    "Au sein d'un atelier de 25 personnes, vous participez à l'activité.",
    "L'entreprise \\\"Ormevert\\\" renforce ses équipes.",
    "CDI - temps plein - 35h/semaine\\n",
    "Sous la responsabilité du chef d'équipe, vous :\\n",
    "Nous recherchons, pour un remplacement, une personne motivée.",
];

const BULLETS: [&str; 8] = ["- ", "* ", "• ", " - ", "-\\t", "👉 ", "✔️ ", "→ "];

/// Each is legal JSON, and each has broken someone's reader.
const ODDITIES: [&str; 14] = [
    " \\\"permis B\\\" ",
    " C:\\\\Dossiers\\\\Offres ",
    "\\r\\n",
    " 12,50 € ",
    " n° 7 ",
    " cœur ",
    " 100\u{a0}% ",
    "\u{200b}",
    " l\u{2019}équipe ",
    " œuvre « à façon » ",
    " \\u0092",
    " & <b>prime</b> ",
    " 👩\u{200d}🔧 ",
    " \\u000b",
];

const STARTS: [&str; 20] = [
    "Vous",
    "Nous",
    "Une expérience",
    "Poste",
    "Votre rôle :",
    "Le candidat",
    "La candidate",
    "Horaires",
    "Profil :",
    "Rémunération",
    "À ce titre,",
    "Idéalement,",
    "Au quotidien,",
    "En lien avec",
    "L'équipe",
    "Les missions",
    "De formation",
    "Être",
    "Doté(e)",
    "Chaque jour,",
];

#[rustfmt::skip]
const WORDS: [&str; 120] = [
    "assurer", "le", "suivi", "de", "la", "production", "et", "du", "contrôle", "qualité", "en", "atelier", "avec", "les", "équipes", "pour",
    "des", "clients", "exigeants", "une", "bonne", "organisation", "du", "travail", "dans", "le", "respect", "des", "règles", "de", "sécurité",
    "préparer", "commandes", "réceptionner", "marchandises", "accueillir", "usagers", "à", "l'accueil", "téléphonique", "gérer", "dossiers",
    "administratifs", "sur", "logiciel", "métier", "vérifier", "conformité", "livraisons", "conduire", "véhicule", "léger", "entretenir", "locaux",
    "matériel", "participer", "réunions", "hebdomadaires", "rigueur", "autonomie", "ponctualité", "esprit", "d'équipe", "aisance", "relationnelle",
    "formation", "interne", "assurée", "débutant", "accepté", "expérience", "souhaitée", "permis", "exigé", "travail", "en", "journée", "ou",
    "posté", "2x8", "week-end", "possible", "prime", "panier", "mutuelle", "d'entreprise", "13e", "mois", "tickets", "restaurant", "évolution",
    "rapide", "vers", "poste", "d'encadrement", "chantier", "magasin", "entrepôt", "bureau", "établissement", "structure", "associative", "secteur",
    "dynamique", "région", "déplacements", "ponctuels", "maîtrise", "outils", "bureautiques", "lecture", "plans", "soudure", "nettoyage", "cuisine",
    "soins", "accompagnement", "enfants", "personnes", "âgées",
];
