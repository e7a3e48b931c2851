{marches: [ .[] | select(.Role != "Sous-traitant") | {
  "_type": "Marché",
  id: ."Nmarché",
  acheteur: {id: (.SIRETMandataire // .SIRETAcheteur), nom: (.LibelleEntiteMandataire // .LibelleAcheteur)},
  nature: .Nature,
  objet: (.Objet // "" | .[0:256]),
  codeCPV: .CodeCPV,
  procedure: ({"MAPA - art 28": "Procédure adaptée", "Procédure adaptée (MAPA)": "Procédure adaptée", "Appel d'offre ouvert": "Appel d'offres ouvert"}[.Procedure // ""] // .Procedure),
  lieuExecution: (if .CodeINSEEExecution then {code: .CodeINSEEExecution, typeCode: "Code commune", nom: .NomCommuneExecution} else {code: .CodePostalCommuneExecution, typeCode: "Code postal", nom: .NomCommuneExecution} end),
  dureeMois: .Duree,
  dateNotification: .DateNotification,
  montant: (."Montant attribue HT" | if . then tonumber else null end),
  titulaires: [{typeIdentifiant: "SIRET", id: .SIRETContractant, denominationSociale: .DenominationSociale}],
  modifications: []
} | del(.[] | nulls) ]}
