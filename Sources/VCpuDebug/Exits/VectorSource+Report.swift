/// What is known about the vectors, for display.
extension VectorSource {
  var vectorTables: [Exits.VectorTable] {
    tables.all.map { table in
      let (use, isGuests) =
        switch table.use {
        case .unknown: ("nothing has come through them yet", false)
        case .guests: ("guests leave through them", true)
        case .host: ("the host's: ignored", false)
        case .empty(let reason), .unusable(let reason): ("not used: \(reason)", false)
        }
      return Exits.VectorTable(base: table.base, use: use, isGuests: isGuests)
    }
  }

  var vectorSearch: Exits.Search {
    Exits.Search(
      writerCount: scoutAddresses.count, retiredCount: points.retiredCount,
      entryCount: entryAddresses.count, isCutOff: isSearchCutOff)
  }
}
