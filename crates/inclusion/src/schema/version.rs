//! The versions that can be judged by.

/// Which family of models a version belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Generation {
    /// Up to 2025.
    V0,
    /// From 2025 on.
    V1,
}

impl Generation {
    /// As versions begin: `v0`, `v1`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V0 => "v0",
            Self::V1 => "v1",
        }
    }
}

/// A version of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version(usize);

/// The files of one release.
pub(super) struct Folder {
    pub(super) structure: &'static str,
    pub(super) service: &'static str,
    pub(super) enumerations: &'static str,
}

struct Release {
    name: &'static str,
    generation: Generation,
    folder: &'static Folder,
}

static V1: Folder = Folder {
    structure: include_str!("../../data/schemas/v1_1.0.10/structure.schema.json"),
    service: include_str!("../../data/schemas/v1_1.0.10/service.schema.json"),
    enumerations: include_str!("../../data/schemas/v1_1.0.10/enumerations.json"),
};

static V0: Folder = Folder {
    structure: include_str!("../../data/schemas/v0_1.0.6/structure.schema.json"),
    service: include_str!("../../data/schemas/v0_1.0.6/service.schema.json"),
    enumerations: include_str!("../../data/schemas/v0_1.0.6/enumerations.json"),
};

const fn v1(name: &'static str) -> Release {
    Release { name, generation: Generation::V1, folder: &V1 }
}

/// The latest of each generation first: `v1` and `v0` alone mean it.
static RELEASES: [Release; 10] = [
    v1("v1/1.0.10"),
    v1("v1/1.0.9"),
    v1("v1/1.0.8"),
    v1("v1/1.0.7"),
    v1("v1/1.0.6"),
    v1("v1/1.0.5"),
    v1("v1/1.0.4"),
    v1("v1/1.0.3"),
    v1("v1/1.0.2"),
    Release { name: "v0/1.0.6", generation: Generation::V0, folder: &V0 },
];

impl Version {
    /// The latest of v1, which is meant where none is named.
    pub(crate) const LATEST: Self = Self(0);

    /// Reads `v1`, `v0` or a version in full, such as `v1/1.0.8`.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let found = RELEASES.iter().position(|release| text == release.name || text == release.generation.name());
        found.map(Self).ok_or_else(|| {
            let names = RELEASES.each_ref().map(|release| release.name).join("`, `");
            format!("not a version of the schema: give `v1`, `v0`, or one of `{names}`")
        })
    }

    /// In full: `v1/1.0.10`.
    pub(crate) fn name(self) -> &'static str {
        RELEASES[self.0].name
    }

    /// Its family of models.
    pub(crate) fn generation(self) -> Generation {
        RELEASES[self.0].generation
    }

    /// How many there are.
    pub(super) const COUNT: usize = RELEASES.len();

    /// Where among all it stands.
    pub(super) fn index(self) -> usize {
        self.0
    }

    /// What it was published in: of an older release, that of the latest of its generation.
    pub(super) fn folder(self) -> &'static Folder {
        RELEASES[self.0].folder
    }
}
