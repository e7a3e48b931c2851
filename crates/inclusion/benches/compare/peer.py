"""Links a table by splink, as its documentation does it: blocks, u by random pairs, m by expectation maximisation.

The postal code is a block and a comparison: with them it finds nearly all pairs, without them four of five.

`peer.py INPUT OUTPUT RANDOM_PAIRS`: a CSV of structures, one of the pairs that are one with a probability of at least 0.9,
and how many random pairs u is estimated by. Its documentation calls 1e7 often adequate while a model is tried, 1e9 best for
the final one, and has 1e8 in its example (5.0.0, read 2026-12). With its default, 1e6, it warns that some are not trained.
"""

import csv
import sys

import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

PROBABILITY = 0.9

source, output, random_pairs = sys.argv[1:]
database = DuckDBAPI()
columns = ["nom", "adresse", "code_postal", "siret", "telephone", "courriel"]
filled = ", ".join(f"lower(nullif({column}, '')) as {column}" for column in columns)
table = database.duckdb_con.sql(f"select id as unique_id, {filled} from read_csv('{source}', all_varchar = true)").to_arrow_table()
settings = SettingsCreator(
    link_type="dedupe_only",
    blocking_rules_to_generate_predictions=[
        block_on("siret"),
        block_on("telephone"),
        block_on("courriel"),
        block_on("code_postal"),
    ],
    comparisons=[
        cl.JaroWinklerAtThresholds("nom", [0.95, 0.88]),
        cl.JaroWinklerAtThresholds("adresse", [0.95, 0.88]),
        cl.ExactMatch("code_postal"),
        cl.ExactMatch("siret"),
        cl.ExactMatch("telephone"),
        cl.ExactMatch("courriel"),
    ],
)
linker = Linker(database.register(table), settings)
linker.training.estimate_probability_two_random_records_match([block_on("siret")], recall=0.5)
linker.training.estimate_u_using_random_sampling(max_pairs=float(random_pairs), seed=1)
linker.training.estimate_parameters_using_expectation_maximisation(block_on("siret"))
linker.training.estimate_parameters_using_expectation_maximisation(block_on("telephone"))
linked = linker.inference.predict(threshold_match_probability=PROBABILITY).as_record_list()
with open(output, "w", newline="") as file:
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["id_l", "id_r"])
    rows.writerows((row["unique_id_l"], row["unique_id_r"]) for row in linked)
