//! What reading a cell has to tell, in a byte each: a million records tell several things.

/// A rule that reading a cell or joining records met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Told {
    AcheteurMandataireDiffers,
    AcheteurSeveral,
    CpvCheckDigit,
    CpvCompleted,
    CpvFormat,
    CpvMalformed,
    DateCalendar,
    DateDatetime,
    DateDayFirst,
    DateLayout,
    DateSerial,
    DateTimezone,
    DateTwoDigitYear,
    DateUnparsable,
    DateYearTypo,
    DureeRounded,
    DureeUnit,
    DureeUnparsable,
    DureeZero,
    EnumAlias,
    EnumTypographic,
    EnumUnmapped,
    GroupConflict,
    GroupFilled,
    IdFloatSuffix,
    IdFormat,
    IdLeadingZero,
    IdScientific,
    LieuGranularityUnknown,
    LieuLeadingZero,
    LieuTypeUnknown,
    MontantTtc,
    NumberAmbiguous,
    NumberFormat,
    NumberUnparsable,
    ObjetTruncated,
    ProcedureAmbiguous,
    ProcedureMapped,
    ProcedureUnmapped,
    RecordDropped,
    RecordUnusable,
    RoleMissing,
    RoleSubcontractor,
    RoleUnknown,
    SirenLuhn,
    SiretZeros,
    TextEntity,
    TitulaireAbsent,
    TitulaireDuplicate,
    TitulaireIdUnknownType,
    TitulaireSiren,
    ValueUnmapped,
}

impl Told {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 52] = [
        Self::AcheteurMandataireDiffers,
        Self::AcheteurSeveral,
        Self::CpvCheckDigit,
        Self::CpvCompleted,
        Self::CpvFormat,
        Self::CpvMalformed,
        Self::DateCalendar,
        Self::DateDatetime,
        Self::DateDayFirst,
        Self::DateLayout,
        Self::DateSerial,
        Self::DateTimezone,
        Self::DateTwoDigitYear,
        Self::DateUnparsable,
        Self::DateYearTypo,
        Self::DureeRounded,
        Self::DureeUnit,
        Self::DureeUnparsable,
        Self::DureeZero,
        Self::EnumAlias,
        Self::EnumTypographic,
        Self::EnumUnmapped,
        Self::GroupConflict,
        Self::GroupFilled,
        Self::IdFloatSuffix,
        Self::IdFormat,
        Self::IdLeadingZero,
        Self::IdScientific,
        Self::LieuGranularityUnknown,
        Self::LieuLeadingZero,
        Self::LieuTypeUnknown,
        Self::MontantTtc,
        Self::NumberAmbiguous,
        Self::NumberFormat,
        Self::NumberUnparsable,
        Self::ObjetTruncated,
        Self::ProcedureAmbiguous,
        Self::ProcedureMapped,
        Self::ProcedureUnmapped,
        Self::RecordDropped,
        Self::RecordUnusable,
        Self::RoleMissing,
        Self::RoleSubcontractor,
        Self::RoleUnknown,
        Self::SirenLuhn,
        Self::SiretZeros,
        Self::TextEntity,
        Self::TitulaireAbsent,
        Self::TitulaireDuplicate,
        Self::TitulaireIdUnknownType,
        Self::TitulaireSiren,
        Self::ValueUnmapped,
    ];

    /// The name of the rule.
    pub(crate) fn rule(self) -> &'static str {
        match self {
            Self::AcheteurMandataireDiffers => "acheteur.mandataire_differs",
            Self::AcheteurSeveral => "acheteur.several",
            Self::CpvCheckDigit => "cpv.check_digit",
            Self::CpvCompleted => "cpv.completed",
            Self::CpvFormat => "cpv.format",
            Self::CpvMalformed => "cpv.malformed",
            Self::DateCalendar => "date.calendar",
            Self::DateDatetime => "date.datetime",
            Self::DateDayFirst => "date.day_first",
            Self::DateLayout => "date.layout",
            Self::DateSerial => "date.serial",
            Self::DateTimezone => "date.timezone",
            Self::DateTwoDigitYear => "date.two_digit_year",
            Self::DateUnparsable => "date.unparsable",
            Self::DateYearTypo => "date.year_typo",
            Self::DureeRounded => "duree.rounded",
            Self::DureeUnit => "duree.unit",
            Self::DureeUnparsable => "duree.unparsable",
            Self::DureeZero => "duree.zero",
            Self::EnumAlias => "enum.alias",
            Self::EnumTypographic => "enum.typographic",
            Self::EnumUnmapped => "enum.unmapped",
            Self::GroupConflict => "group.conflict",
            Self::GroupFilled => "group.filled",
            Self::IdFloatSuffix => "id.float_suffix",
            Self::IdFormat => "id.format",
            Self::IdLeadingZero => "id.leading_zero",
            Self::IdScientific => "id.scientific",
            Self::LieuGranularityUnknown => "lieu.granularity_unknown",
            Self::LieuLeadingZero => "lieu.leading_zero",
            Self::LieuTypeUnknown => "lieu.type_unknown",
            Self::MontantTtc => "montant.ttc",
            Self::NumberAmbiguous => "number.ambiguous",
            Self::NumberFormat => "number.format",
            Self::NumberUnparsable => "number.unparsable",
            Self::ObjetTruncated => "objet.truncated",
            Self::ProcedureAmbiguous => "procedure.ambiguous",
            Self::ProcedureMapped => "procedure.mapped",
            Self::ProcedureUnmapped => "procedure.unmapped",
            Self::RecordDropped => "record.dropped",
            Self::RecordUnusable => "record.unusable",
            Self::RoleMissing => "role.missing",
            Self::RoleSubcontractor => "role.subcontractor",
            Self::RoleUnknown => "role.unknown",
            Self::SirenLuhn => "siren.luhn",
            Self::SiretZeros => "siret.zeros",
            Self::TextEntity => "text.entity",
            Self::TitulaireAbsent => "titulaire.absent",
            Self::TitulaireDuplicate => "titulaire.duplicate",
            Self::TitulaireIdUnknownType => "titulaire.id_unknown_type",
            Self::TitulaireSiren => "titulaire.siren",
            Self::ValueUnmapped => "value.unmapped",
        }
    }

    /// The one of a number.
    pub(crate) fn of_number(number: u8) -> Self {
        Self::ALL[usize::from(number)]
    }
}

/// What one cell has to tell: a few at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct AllTold {
    told: [Option<Told>; 4],
}

impl AllTold {
    pub(crate) fn of(told: Told) -> Self {
        Self { told: [Some(told), None, None, None] }
    }

    /// Adds one; what is there already is told once.
    pub(crate) fn add(&mut self, told: Told) {
        if self.iter().any(|other| other == told) {
            return;
        }
        if let Some(free) = self.told.iter_mut().find(|place| place.is_none()) {
            *free = Some(told);
        }
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.told[0].is_none()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Told> + '_ {
        self.told.iter().map_while(|told| *told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_at_the_place_of_its_number() {
        for (nth, told) in Told::ALL.into_iter().enumerate() {
            assert_eq!(told as usize, nth, "{told:?}");
        }
    }

    #[test]
    fn each_is_told_once_and_no_more_than_fit() {
        let mut all = AllTold::of(Told::IdFormat);
        all.add(Told::IdFormat);
        all.add(Told::SirenLuhn);
        assert_eq!(all.iter().collect::<Vec<_>>(), [Told::IdFormat, Told::SirenLuhn]);
    }
}
