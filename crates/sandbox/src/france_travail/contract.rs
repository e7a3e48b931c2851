//! Contract types and natures: codes, labels, and how often each is met.

/// Code, label in the referential, weight.
pub(crate) const TYPES: [(&str, &str, u64); 11] = [
    ("CDI", "Contrat à durée indéterminée", 5200),
    ("CDD", "Contrat à durée déterminée", 1670),
    ("MIS", "Mission intérimaire", 2620),
    ("SAI", "Contrat travail saisonnier", 156),
    ("CCE", "Profession commerciale", 66),
    ("FRA", "Franchise", 39),
    ("LIB", "Profession libérale", 178),
    ("REP", "Reprise d'entreprise", 1),
    ("TTI", "Contrat travail temporaire insertion", 1),
    ("DDI", "Contrat durée déterminée insertion", 5),
    ("DIN", "CDI Intérimaire", 10),
];

/// Code, label (which is what an offer carries), weight.
pub(crate) const NATURES: [(&str, &str, u64); 20] = [
    ("E1", "Contrat travail", 9170),
    ("E2", "Contrat apprentissage", 370),
    ("FA", "Act. Formation pré.recrut.", 1),
    ("FJ", "Contrat pacte", 1),
    ("FS", "Cont. professionnalisation", 135),
    ("FT", "CUI - CAE", 1),
    ("FU", "CUI - CIE", 0),
    ("I1", "Insertion par l'activ.éco.", 7),
    ("NS", "Emploi non salarié", 283),
    ("FV", "Prépa.opérationnel.emploi", 2),
    ("FW", "Emploi Avenir non marchand", 0),
    ("FX", "Emploi Avenir marchand", 0),
    ("FY", "Emploi Avenir Professeur", 0),
    ("PS", "Portage salarial", 0),
    ("PR", "Contrat PrAB", 0),
    ("CC", "CDI de chantier ou d’opération", 7),
    ("CU", "Contrat d'usage", 6),
    ("EE", "Contrat d'Engagement Educatif", 5),
    ("ER", "Engagement à servir dans la réserve", 1),
    ("CI", "Contrat intermittent", 3),
];

/// Natures that are work-study contracts: an offer of one of them says `alternance: true`.
pub(crate) fn is_alternance(nature: usize) -> bool {
    matches!(NATURES[nature].0, "E2" | "FS")
}

/// Contract types whose nature is always "Emploi non salarié".
pub(crate) fn is_self_employed(type_contrat: usize) -> bool {
    matches!(TYPES[type_contrat].0, "LIB" | "FRA" | "CCE" | "REP")
}
