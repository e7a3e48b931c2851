//! The members of an item that the table needs.

use crate::offre::given::{Given, Object};
use crate::offre::item::{Contact, ContexteTravail, Entreprise, Item, Labelled, LieuTravail, OrigineOffre, Text};
use crate::offre::scan::{Scan, Seen, Watch};

impl<'a, W: Watch> Scan<'a, W> {
    fn labelled(&mut self) -> Option<Given<Object<Labelled<'a>>>> {
        self.part(|scan, key, part: &mut Labelled<'a>, seen| match key {
            "libelle" => {
                seen.once(0)?;
                part.libelle = scan.text()?;
                Some(())
            }
            _ => scan.skip(),
        })
    }

    fn lieu_travail(&mut self) -> Option<Given<Object<LieuTravail<'a>>>> {
        self.part(|scan, key, part: &mut LieuTravail<'a>, seen| {
            match key {
                "libelle" => {
                    seen.once(0)?;
                    part.libelle = scan.text()?;
                }
                "latitude" => {
                    seen.once(1)?;
                    part.latitude = scan.raw_number()?;
                }
                "longitude" => {
                    seen.once(2)?;
                    part.longitude = scan.raw_number()?;
                }
                "commune" => {
                    seen.once(3)?;
                    part.commune = scan.text()?;
                }
                "codePostal" => {
                    seen.once(4)?;
                    part.code_postal = scan.text()?;
                }
                _ => scan.skip()?,
            }
            Some(())
        })
    }

    fn entreprise(&mut self) -> Option<Given<Object<Entreprise<'a>>>> {
        self.part(|scan, key, part: &mut Entreprise<'a>, seen| {
            match key {
                "nom" => {
                    seen.once(0)?;
                    part.nom = scan.text()?;
                }
                "entrepriseAdaptee" => {
                    seen.once(1)?;
                    part.entreprise_adaptee = scan.truth()?;
                }
                _ => scan.skip()?,
            }
            Some(())
        })
    }

    fn contact(&mut self) -> Option<Given<Object<Contact<'a>>>> {
        self.part(|scan, key, part: &mut Contact<'a>, seen| match key {
            "urlPostulation" => {
                seen.once(0)?;
                part.url_postulation = scan.text()?;
                Some(())
            }
            _ => scan.skip(),
        })
    }

    fn origine_offre(&mut self) -> Option<Given<Object<OrigineOffre<'a>>>> {
        self.part(|scan, key, part: &mut OrigineOffre<'a>, seen| {
            match key {
                "origine" => {
                    seen.once(0)?;
                    part.origine = scan.text()?;
                }
                "urlOrigine" => {
                    seen.once(1)?;
                    part.url_origine = scan.text()?;
                }
                _ => scan.skip()?,
            }
            Some(())
        })
    }

    fn contexte_travail(&mut self) -> Option<Given<Object<ContexteTravail<'a>>>> {
        self.part(|scan, key, part: &mut ContexteTravail<'a>, seen| match key {
            "conditionsExercice" => {
                seen.once(0)?;
                part.conditions_exercice = scan.list(Self::text)?;
                Some(())
            }
            _ => scan.skip(),
        })
    }

    /// Reads an item.
    pub(crate) fn item(&mut self) -> Option<Item<'a>> {
        let (mut item, mut seen) = (Item::default(), Seen::default());
        self.object(|scan, key| {
            if let Some((number, text)) = text_of(&mut item, key) {
                seen.once(number)?;
                *text = scan.text()?;
            } else if !scan.part_of(key, &mut item, &mut seen)? {
                scan.skip()?;
            }
            Some(())
        })?;
        Some(item)
    }

    /// Reads a member of an item that is no text, if it is one that is needed.
    fn part_of(&mut self, key: &str, item: &mut Item<'a>, seen: &mut Seen) -> Option<bool> {
        match key {
            "lieuTravail" => {
                seen.once(14)?;
                item.lieu_travail = self.lieu_travail()?;
            }
            "entreprise" => {
                seen.once(15)?;
                item.entreprise = self.entreprise()?;
            }
            "competences" => {
                seen.once(16)?;
                item.competences = self.list(Self::labelled)?;
            }
            "langues" => {
                seen.once(17)?;
                item.langues = self.list(Self::labelled)?;
            }
            "salaire" => {
                seen.once(18)?;
                item.salaire = self.labelled()?;
            }
            "contact" => {
                seen.once(19)?;
                item.contact = self.contact()?;
            }
            "accessibleTH" => {
                seen.once(20)?;
                item.accessible_th = self.truth()?;
            }
            "origineOffre" => {
                seen.once(21)?;
                item.origine_offre = self.origine_offre()?;
            }
            "contexteTravail" => {
                seen.once(22)?;
                item.contexte_travail = self.contexte_travail()?;
            }
            "alternance" => {
                seen.once(26)?;
                item.alternance = self.truth()?;
            }
            "nombrePostes" => {
                seen.once(27)?;
                item.nombre_postes = self.raw_number()?;
            }
            "offresManqueCandidats" => {
                seen.once(28)?;
                item.offres_manque_candidats = self.truth()?;
            }
            _ => return Some(false),
        }
        Some(true)
    }
}

/// A member of an item that is a text: its number, and where it goes.
fn text_of<'i, 'a>(item: &'i mut Item<'a>, key: &str) -> Option<(u32, &'i mut Text<'a>)> {
    Some(match key {
        "id" => (0, &mut item.id),
        "intitule" => (1, &mut item.intitule),
        "description" => (2, &mut item.description),
        "dateCreation" => (3, &mut item.date_creation),
        "dateActualisation" => (4, &mut item.date_actualisation),
        "romeCode" => (5, &mut item.rome_code),
        "romeLibelle" => (6, &mut item.rome_libelle),
        "typeContrat" => (7, &mut item.type_contrat),
        "typeContratLibelle" => (8, &mut item.type_contrat_libelle),
        "experienceExige" => (9, &mut item.experience_exige),
        "experienceLibelle" => (10, &mut item.experience_libelle),
        "dureeTravailLibelle" => (11, &mut item.duree_travail_libelle),
        "dureeTravailLibelleConverti" => (12, &mut item.duree_travail_libelle_converti),
        "secteurActiviteLibelle" => (13, &mut item.secteur_activite_libelle),
        "codeNAF" => (23, &mut item.code_naf),
        "natureContrat" => (24, &mut item.nature_contrat),
        "qualificationCode" => (25, &mut item.qualification_code),
        _ => return None,
    })
}
