import Commands
import Language

/// The verbs that the program knows.
let programCatalogue: Catalogue = standardCatalogue
