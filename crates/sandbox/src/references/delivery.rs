//! The editions of IGN's COG carto, and the tree that each archive holds: layers, decoys, territories side by side.

use super::shapefile::{Field, Layer};
use crate::wire::zip::Member;
use crate::world::territory::{Commune, DEPARTEMENTS, REGIONS, communes};

pub(crate) const PRODUCT: &str = "ADMIN-EXPRESS-COG-CARTO";

/// An edition in one format, as the catalogue lists it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Edition {
    pub(crate) version: &'static str,
    pub(crate) format: &'static str,
    projection: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) date: &'static str,
    /// The folder of the delivery, whose number nobody can know beforehand.
    delivery: &'static str,
    /// The folders of layers in it.
    territories: &'static [&'static str],
}

const fn edition(version: &'static str, format: &'static str, date: &'static str) -> Edition {
    Edition { version, format, projection: "WGS84G", zone: "FRA", date, delivery: "", territories: &[] }
}

const fn shapefiles(
    version: &'static str,
    date: &'static str,
    delivery: &'static str,
    territories: &'static [&'static str],
) -> Edition {
    Edition { delivery, territories, ..edition(version, "SHP", date) }
}

/// Newest first, as observed; more than a page by default. The one of 2018 stands for those whose archive holds
/// several territories side by side.
pub(crate) const EDITIONS: [Edition; 13] = [
    edition("4-0", "GEOPARQUET", "2026-01-01"),
    edition("4-0", "FLATGEOBUF", "2026-01-01"),
    edition("4-0", "GPKG", "2026-01-01"),
    edition("4-0", "GPKG", "2025-01-01"),
    shapefiles("3-2", "2025-04-02", "2025-04-00194", &["ADECOGC_3-2_SHP_WGS84G_FRA-ED2025-04-02"]),
    Edition { projection: "LAMB93", zone: "FXX", ..edition("3-2", "SHP", "2025-04-02") },
    edition("3-2", "GPKG", "2024-02-22"),
    Edition { projection: "WM", ..edition("3-2", "SHP", "2024-02-22") },
    shapefiles("3-2", "2024-02-22", "2024-03-00171", &["ADECOGC_3-2_SHP_WGS84G_FRA-ED2024-02-22"]),
    shapefiles("3-2", "2023-05-03", "2023-05-03", &["ADECOGC_3-2_SHP_WGS84G_FRA"]),
    shapefiles("3-1", "2022-04-15", "2022-04-15", &["ADECOGC_3-1_SHP_WGS84G_FRA"]),
    shapefiles("3-0", "2021-05-19", "2021-05-19", &["ADECOGC_3-0_SHP_WGS84G_FRA"]),
    shapefiles(
        "1-1",
        "2018-04-03",
        "2018-05-00296",
        &["ADE-COG_1-1_SHP_LAMB93_FR", "ADE-COG_1-1_SHP_UTM20W84GUAD_D971"],
    ),
];

impl Edition {
    /// `ADMIN-EXPRESS-COG-CARTO_3-2__SHP_WGS84G_FRA_2024-02-22`
    pub(crate) fn title(&self, product: &str) -> String {
        let Self { version, format, projection, zone, date, .. } = self;
        format!("{product}_{version}__{format}_{projection}_{zone}_{date}")
    }

    /// Whether the sandbox has an archive of it.
    pub(crate) fn has_archive(&self) -> bool {
        !self.territories.is_empty()
    }

    /// The files of its archive; `release` tells one version of them from the next.
    pub(crate) fn members(&self, communes: usize, release: u64) -> Vec<Member> {
        let product = format!("{}/{PRODUCT}", self.title(PRODUCT));
        let delivery = format!("{product}/1_DONNEES_LIVRAISON_{}", self.delivery);
        let layers = layers(communes);
        let mut members = vec![
            Member { path: format!("{product}/LISEZ-MOI.txt"), content: readme(release) },
            decoy(&format!("{product}/2_METADONNEES_LIVRAISON_{}/COMMUNE.xml", self.delivery)),
            decoy(&format!("{}/__MACOSX/._COMMUNE.shp", self.title(PRODUCT))),
        ];
        // An older state of a layer, under the same name: not what is asked for.
        let old = Layer {
            rows: layers.last().expect("REGION is last").rows[..4].to_vec(),
            ..layers[layers.len() - 1].clone()
        };
        let supplement = format!("{product}/3_SUPPLEMENTS_LIVRAISON_{}/ANCIEN", self.delivery);
        members.extend(files(&supplement, &old));
        for territory in self.territories {
            members.extend(layers.iter().flat_map(|layer| files(&format!("{delivery}/{territory}"), layer)));
        }
        members
    }
}

fn files(folder: &str, layer: &Layer) -> Vec<Member> {
    let member = |(extension, content)| Member { path: format!("{folder}/{}.{extension}", layer.name), content };
    layer.files().into_iter().map(member).collect()
}

fn decoy(path: &str) -> Member {
    Member { path: path.to_owned(), content: b"leurre du bac a sable\n".to_vec() }
}

fn readme(release: u64) -> Vec<u8> {
    format!("Limites administratives inventées par le bac à sable, version {release}.\n").into_bytes()
}

const NAMED: &[Field] = &[("ID", 24), ("NOM", 35)];

/// The twelve layers; REGION comes last, as in IGN's solid archives.
fn layers(count: usize) -> Vec<Layer> {
    let (all, _) = communes();
    let communes: Vec<&Commune> = spread(&all, count);
    let chief_towns =
        || communes.iter().step_by(300).map(|commune| named("CHFLIEU", &commune.code, &commune.libelle)).collect();
    let few =
        |kind: &'static str, count: usize| (1..=count).map(move |n| named(kind, &format!("{n:05}"), "Essai")).collect();
    let named_layer = |name, rows| Layer { name, fields: NAMED, rows };
    vec![
        named_layer("ARRONDISSEMENT", few("ARRONDIS", 30)),
        named_layer("CANTON", few("CANTON__", 40)),
        named_layer("CHFLIEU_ARRONDISSEMENT_MUNICIPAL", few("CHFLIARM", 45)),
        named_layer("CHFLIEU_COMMUNE", chief_towns()),
        named_layer("CHFLIEU_COMMUNE_ASSOCIEE_OU_DELEGUEE", few("CHFLICOA", 12)),
        named_layer("COLLECTIVITE_TERRITORIALE", few("COLLTERR", 101)),
        named_layer("COMMUNE_ASSOCIEE_OU_DELEGUEE", few("COMASSOC", 12)),
        named_layer("EPCI", few("EPCI____", 60)),
        arrondissements_municipaux(),
        commune_layer(&communes),
        departements(),
        regions(),
    ]
}

/// So many of them, from all over the country.
fn spread(all: &[Commune], count: usize) -> Vec<&Commune> {
    let count = count.clamp(1, all.len());
    (0..count).map(|nth| &all[nth * all.len() / count]).collect()
}

fn id(kind: &str, code: &str) -> String {
    format!("{kind}{code:0>16}")
}

fn named(kind: &str, code: &str, name: &str) -> Vec<String> {
    vec![id(kind, code), name.to_owned()]
}

fn regions() -> Layer {
    let row = |(code, name): &(&str, &str)| {
        vec![id("REGION__", code), name.to_uppercase(), (*name).to_owned(), (*code).to_owned()]
    };
    let fields = &[("ID", 24), ("NOM_M", 35), ("NOM", 35), ("INSEE_REG", 2)];
    Layer { name: "REGION", fields, rows: REGIONS.iter().map(row).collect() }
}

fn departements() -> Layer {
    let row = |(code, name, region, _): &(&str, &str, &str, u64)| {
        vec![id("DEPARTEM", code), name.to_uppercase(), (*name).to_owned(), (*code).to_owned(), (*region).to_owned()]
    };
    let fields = &[("ID", 24), ("NOM_M", 30), ("NOM", 30), ("INSEE_DEP", 3), ("INSEE_REG", 2)];
    Layer { name: "DEPARTEMENT", fields, rows: DEPARTEMENTS.iter().map(row).collect() }
}

/// Paris, Lyon and Marseille have 20, 9 and 16.
fn arrondissements_municipaux() -> Layer {
    let cities = [("Paris", "75056", 75_101, 20), ("Lyon", "69123", 69_381, 9), ("Marseille", "13055", 13_201, 16)];
    let rows = cities.iter().flat_map(|(city, commune, first, count)| {
        (0..*count).map(move |nth| {
            let (code, name) = (format!("{:05}", first + nth), format!("{city} {} Arrondissement", nth + 1));
            vec![
                id("ARR_MUNI", &code),
                name.clone(),
                name.to_uppercase(),
                code,
                (*commune).to_owned(),
                "50000".to_owned(),
            ]
        })
    });
    let fields = &[("ID", 24), ("NOM", 45), ("NOM_M", 45), ("INSEE_ARM", 5), ("INSEE_COM", 5), ("POPULATION", 8)];
    Layer { name: "ARRONDISSEMENT_MUNICIPAL", fields, rows: rows.collect() }
}

fn commune_layer(communes: &[&Commune]) -> Layer {
    let row = |commune: &&Commune| {
        let (departement, _, region, _) = DEPARTEMENTS[commune.departement];
        let population = (commune.code.bytes().map(u64::from).sum::<u64>() * 37 % 9_000).to_string();
        let values = [
            &id("COMMUNE_", &commune.code),
            &commune.libelle,
            &commune.libelle.to_uppercase(),
            &commune.code,
            "Commune simple",
            &population,
            "NR",
            "1",
            departement,
            region,
            "200000001",
        ];
        values.map(str::to_owned).to_vec()
    };
    let fields = &[
        ("ID", 24),
        ("NOM", 50),
        ("NOM_M", 50),
        ("INSEE_COM", 5),
        ("STATUT", 26),
        ("POPULATION", 8),
        ("INSEE_CAN", 5),
        ("INSEE_ARR", 2),
        ("INSEE_DEP", 3),
        ("INSEE_REG", 2),
        ("SIREN_EPCI", 20),
    ];
    Layer { name: "COMMUNE", fields, rows: communes.iter().map(row).collect() }
}
