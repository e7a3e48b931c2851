//! The map, drawn from a layer of départements.

use super::*;

/// A layer of squares, in degrees, and the name of the field with the code.
fn layer(run: &Run, folder: &str, field: &str, squares: &[(&str, f64, f64, f64)]) {
    let mut shapes = vec![];
    for (nth, (_, west, south, size)) in squares.iter().enumerate() {
        let corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)];
        let points = corners.map(|(x, y)| (west + x * size, south + y * size));
        let mut shape = 5_u32.to_le_bytes().to_vec();
        for number in [*west, *south, west + size, south + size] {
            shape.extend(number.to_le_bytes());
        }
        for number in [1_u32, points.len() as u32, 0] {
            shape.extend(number.to_le_bytes());
        }
        for (x, y) in points {
            shape.extend(x.to_le_bytes().into_iter().chain(y.to_le_bytes()));
        }
        shapes.extend((nth as u32 + 1).to_be_bytes());
        shapes.extend((shape.len() as u32 / 2).to_be_bytes());
        shapes.extend(shape);
    }
    let mut header = vec![0; 100];
    header[..4].copy_from_slice(&9994_u32.to_be_bytes());
    header[24..28].copy_from_slice(&((100 + shapes.len()) as u32 / 2).to_be_bytes());
    header[32..36].copy_from_slice(&5_u32.to_le_bytes());
    run.write(format!("{folder}/DEPARTEMENT.shp"), &[header, shapes].concat());
    let mut table = vec![3, 124, 6, 1];
    table.extend((squares.len() as u32).to_le_bytes());
    // Two fields: one that is passed over, and the code.
    for number in [32 + 2 * 32 + 1, 1 + 6 + 3_u16] {
        table.extend(number.to_le_bytes());
    }
    table.resize(32, 0);
    for (name, length) in [("NOM", 6), (field, 3)] {
        let mut about = name.as_bytes().to_vec();
        about.resize(32, 0);
        (about[11], about[16]) = (b'C', length);
        table.extend(about);
    }
    table.push(b'\r');
    for (code, ..) in squares {
        table.extend(format!(" {:<6}{code:<3}", "nom").bytes());
    }
    table.push(0x1a);
    run.write(format!("{folder}/DEPARTEMENT.dbf"), &table);
}

const SQUARES: [(&str, f64, f64, f64); 4] =
    [("01", 5.0, 46.0, 1.0), ("2A", 9.0, 41.5, 0.7), ("35", -2.0, 48.0, 1.0), ("971", -61.8, 16.0, 0.5)];

fn drawn(page: &str) -> Vec<&str> {
    page.split("<path ").skip(1).filter_map(|path| path.split("</path>").next()).collect()
}

#[test]
fn each_departement_is_one_path_and_overseas_in_a_frame() {
    for field in ["INSEE_DEP", "CODE_DEPT", "code_insee", "code"] {
        let run = in_every_state();
        run.write("offres.report.json", table().to_string().as_bytes());
        layer(&run, "cog_carto/2024-02-22", field, &SQUARES);
        let page = run.run().expect_code(0).read("rapport-collecte.html");
        let paths = drawn(&page);
        assert_eq!(paths.len(), 4, "{field}");
        for (path, (code, ..)) in paths.iter().zip(SQUARES) {
            assert!(path.contains(&format!("data-departement=\"{code}\"")) && path.contains(" d=\"M"), "{path}");
        }
        assert!(paths[0].contains("<title>Ain (01) : 7</title>"), "{}", paths[0]);
        assert!(paths[2].contains("<title>Ille-et-Vilaine (35) : 0</title>"), "{}", paths[2]);
        assert!(page.contains("text-anchor") && page.contains(">971</text>"), "its frame");
    }
}

#[test]
fn the_newest_edition_is_taken_unless_another_is_named() {
    let run = in_every_state();
    layer(&run, "cog_carto/2023-05-03", "INSEE_DEP", &SQUARES[..1]);
    layer(&run, "cog_carto/2024-02-22", "INSEE_DEP", &SQUARES[..2]);
    run.write("cog_carto/2025-04-02/REGION.shp", b"");
    let page = |run: Run| run.run().expect_code(0).read("rapport-collecte.html");
    assert_eq!(drawn(&page(run.clone())).len(), 2);
    assert_eq!(drawn(&page(run.args(["--carto", "donnees_brutes/cog_carto/2023-05-03"]))).len(), 1);
    assert_eq!(drawn(&page(in_every_state())).len(), 0, "no layer, no map");
}

#[test]
fn a_layer_that_is_not_sound_is_65_and_a_named_one_must_be_there() {
    let run = in_every_state();
    layer(&run, "cog_carto/2024-02-22", "INSEE_DEP", &SQUARES);
    let folder = run.donnees_brutes().join("cog_carto/2024-02-22");
    let [shp, dbf] = ["shp", "dbf"].map(|suffix| folder.join(format!("DEPARTEMENT.{suffix}")));
    let [shapes, rows] = [&shp, &dbf].map(|path| std::fs::read(path).unwrap());
    // Every cut that is no end of a record, and every byte of the headers turned round.
    let cuts = (0..shapes.len()).step_by(7).map(|end| shapes[..end].to_vec());
    let turned = [0, 3, 32, 104, 144, 148].map(|at| {
        let mut shapes = shapes.clone();
        shapes[at] ^= 0xff;
        shapes
    });
    for broken in cuts.chain(turned) {
        std::fs::write(&shp, broken).unwrap();
        run.run().expect_code(65);
    }
    std::fs::write(&shp, &shapes).unwrap();
    for end in (0..rows.len() - 10).step_by(9) {
        std::fs::write(&dbf, &rows[..end]).unwrap();
        run.run().expect_code(65);
    }
    std::fs::remove_file(&dbf).unwrap();
    run.run().expect_code(66);
    std::fs::write(&dbf, &rows).unwrap();
    run.run().expect_code(0);
    run.args(["--carto", "donnees_brutes/cog_carto"]).run().expect_code(66);
}

#[trial::test_with_data]
fn the_real_layer_fits_into_its_room() {
    let run = in_every_state();
    let folder = trial::data("references/shapefiles/wgs84");
    let page = run.args(["--carto", folder.to_str().unwrap()]).run().expect_code(0).read("rapport-collecte.html");
    let paths = drawn(&page);
    assert_eq!(paths.len(), 101);
    let bytes: usize = paths.iter().map(|path| path.len() + "<path </path>".len()).sum();
    assert!((50_000..=200_000).contains(&bytes), "{bytes} bytes");
    assert!(paths.iter().all(|path| path.contains(" d=\"M")), "each has a place");
}
