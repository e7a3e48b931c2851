//! The words that a catalogue is written in. Each is a node that every graph has from the start, so that a predicate is
//! compared as a number.

use super::node::Node;

macro_rules! words {
    ($($namespace:literal { $($name:ident $local:literal)* })*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($($name,)*)* }
        $($(pub(crate) const $name: Node = Node(Place::$name as u32);)*)*
        /// The addresses, in the order of the nodes.
        pub(super) const WORDS: &[&str] = &[$($(concat!($namespace, $local),)*)*];
    };
}

words! {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#" {
        RDF_TYPE "type"
        RDF_VALUE "value"
    }
    "http://www.w3.org/2000/01/rdf-schema#" {
        RDFS_LABEL "label"
    }
    "http://www.w3.org/ns/dcat#" {
        DCAT_DATASET "Dataset"
        DCAT_DATASET_SERIES "DatasetSeries"
        DCAT_DATA_SERVICE "DataService"
        DCAT_ACCESS_SERVICE "accessService"
        DCAT_ACCESS_URL "accessURL"
        DCAT_BYTE_SIZE "byteSize"
        DCAT_CONTACT_POINT "contactPoint"
        DCAT_DISTRIBUTION "distribution"
        DCAT_DISTRIBUTIONS "distributions"
        DCAT_DOWNLOAD_URL "downloadURL"
        DCAT_ENDPOINT_DESCRIPTION "endpointDescription"
        DCAT_ENDPOINT_URL "endpointURL"
        DCAT_END_DATE "endDate"
        DCAT_KEYWORD "keyword"
        DCAT_LANDING_PAGE "landingPage"
        DCAT_MEDIA_TYPE "mediaType"
        DCAT_SERVES_DATASET "servesDataset"
        DCAT_SPATIAL_RESOLUTION "spatialResolutionInMeters"
        DCAT_START_DATE "startDate"
        DCAT_THEME "theme"
    }
    "http://purl.org/dc/terms/" {
        DCT_ABSTRACT "abstract"
        DCT_ACCESS_RIGHTS "accessRights"
        DCT_ACCRUAL_PERIODICITY "accrualPeriodicity"
        DCT_CONFORMS_TO "conformsTo"
        DCT_CREATED "created"
        DCT_CREATOR "creator"
        DCT_DESCRIPTION "description"
        DCT_FORMAT "format"
        DCT_HAS_PART "hasPart"
        DCT_IDENTIFIER "identifier"
        DCT_ISSUED "issued"
        DCT_LICENSE "license"
        DCT_MODIFIED "modified"
        DCT_PROVENANCE "provenance"
        DCT_PUBLISHER "publisher"
        DCT_RIGHTS "rights"
        DCT_RIGHTS_HOLDER "rightsHolder"
        DCT_SPATIAL "spatial"
        DCT_TEMPORAL "temporal"
        DCT_TITLE "title"
        DCT_TYPE "type"
    }
    "http://www.w3.org/2004/02/skos/core#" {
        SKOS_ALT_LABEL "altLabel"
        SKOS_IN_SCHEME "inScheme"
        SKOS_NOTATION "notation"
        SKOS_PREF_LABEL "prefLabel"
    }
    "http://www.w3.org/ns/adms#" {
        ADMS_IDENTIFIER "identifier"
    }
    "http://www.w3.org/2002/07/owl#" {
        OWL_SAME_AS "sameAs"
    }
    "http://www.w3.org/ns/hydra/core#" {
        HYDRA_NEXT "next"
        HYDRA_NEXT_PAGE "nextPage"
        HYDRA_PAGED_COLLECTION "PagedCollection"
        HYDRA_PARTIAL_COLLECTION_VIEW "PartialCollectionView"
        HYDRA_TOTAL_ITEMS "totalItems"
    }
    "http://schema.org/" {
        SCHEMA_END_DATE "endDate"
        SCHEMA_START_DATE "startDate"
    }
    "https://schema.org/" {
        SCHEMAS_END_DATE "endDate"
        SCHEMAS_START_DATE "startDate"
    }
    "http://purl.org/NET/scovo#" {
        SCV_MAX "max"
        SCV_MIN "min"
    }
    "http://spdx.org/rdf/terms#" {
        SPDX_ALGORITHM "algorithm"
        SPDX_CHECKSUM "checksum"
        SPDX_CHECKSUM_VALUE "checksumValue"
    }
    "http://www.w3.org/2006/vcard/ns#" {
        VCARD_EMAIL "email"
        VCARD_FN "fn"
        VCARD_HAS_EMAIL "hasEmail"
        VCARD_HAS_URL "hasURL"
        VCARD_HAS_URL_MIXED "hasUrl"
        VCARD_HAS_VALUE "hasValue"
        VCARD_ORG "org"
        VCARD_ORGANISATION_NAME "organisation-name"
        VCARD_ORGANIZATION_NAME "organization-name"
        VCARD_URL "url"
    }
    "http://xmlns.com/foaf/0.1/" {
        FOAF_IS_PRIMARY_TOPIC_OF "isPrimaryTopicOf"
        FOAF_MBOX "mbox"
        FOAF_MEMBER "member"
        FOAF_NAME "name"
        FOAF_PRIMARY_TOPIC "primaryTopic"
    }
    "http://www.w3.org/ns/org#" {
        ORG_MEMBER_OF "memberOf"
    }
    "http://data.europa.eu/930/" {
        GEODCAT_CUSTODIAN "custodian"
        GEODCAT_DISTRIBUTOR "distributor"
        GEODCAT_ORIGINATOR "originator"
        GEODCAT_PRINCIPAL_INVESTIGATOR "principalInvestigator"
        GEODCAT_PROCESSOR "processor"
        GEODCAT_RESOURCE_PROVIDER "resourceProvider"
        GEODCAT_SERVICE_PROTOCOL "serviceProtocol"
        GEODCAT_SPATIAL_RESOLUTION_AS_DISTANCE "spatialResolutionAsDistance"
        GEODCAT_SPATIAL_RESOLUTION_AS_SCALE "spatialResolutionAsScale"
        GEODCAT_USER "user"
    }
    "http://www.w3.org/ns/dqv#" {
        DQV_HAS_QUALITY_MEASUREMENT "hasQualityMeasurement"
        DQV_IS_MEASUREMENT_OF "isMeasurementOf"
        DQV_VALUE "value"
    }
    "http://www.w3.org/ns/sdmx/attribute#" {
        SDMX_UNIT_MEASURE "unitMeasure"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rdf::Graph;

    #[test]
    fn each_word_is_its_own_node_in_every_graph() {
        let graph = Graph::new();
        for (index, word) in WORDS.iter().enumerate() {
            assert_eq!(graph.name(Node(index as u32)), *word);
        }
        assert_eq!(graph.name(DCT_TITLE), "http://purl.org/dc/terms/title");
        assert_eq!(graph.name(SDMX_UNIT_MEASURE), *WORDS.last().unwrap());
    }
}
