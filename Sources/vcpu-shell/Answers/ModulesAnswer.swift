internal import VCpuDebug

/// Files with symbols.
struct ModulesAnswer: Answer {
  static let kind = "modules"
  /// In the order in which they are searched.
  let modules: [Module]

  /// A file with symbols.
  struct Module: Codable, Equatable, Sendable {
    /// Its number, by which `unload` names it.
    let number: Int
    /// The file's path, or what the names are from.
    let path: String
    /// The prefix of its addresses, without the colon; empty for a target without guests.
    let space: String
    /// How far everything is from the file's addresses, modulo 2^64.
    let slide: Hex
    /// The first address of its code; omitted if it has none.
    let codeStart: Hex?
    /// The last address of its code; omitted if it has none.
    let codeEnd: Hex?
    /// Where the sections of a relocatable file are; empty for others.
    let sections: [Section]
    /// The sections of a relocatable file whose addresses weren't given. What is in them is unknown.
    let missingSections: [String]
    /// How many symbols it has.
    let symbolCount: Int
    /// Whether it has debug information.
    let hasDebugInformation: Bool
    /// The file with the debug information, if that is in a file of its own.
    let debugPath: String?
    /// Whether its code is what is in memory; omitted if that can't be found out now.
    let match: Match?
  }

  /// A section of a relocatable file.
  struct Section: Codable, Equatable, Sendable {
    /// Its name.
    let name: String
    /// The address of its first byte.
    let address: Hex
  }

  /// What memory has in the place of a file.
  enum Match: String, Codable, CaseIterable, Sendable {
    /// The same code.
    case same
    /// Something else.
    case different
  }

  init(_ modules: [VCpuDebug.Module], in session: HypervisorSession) throws {
    self.modules = modules.map { module in
      let code = module.codeRange
      let places = module.file?.sectionPlaces
      let match = (try? session.match(of: module)) ?? .unknown
      return Module(
        number: module.number, path: module.name,
        space: session.hasHypervisor ? module.space.prefix : "", slide: Hex(module.slide),
        codeStart: code.map { Hex($0.lowerBound) }, codeEnd: code.map { Hex($0.upperBound) },
        sections: places?.given.map { Section(name: $0.name, address: Hex($0.address)) } ?? [],
        missingSections: places?.missing ?? [],
        symbolCount: module.symbolCount,
        hasDebugInformation: module.file?.hasDebugInformation ?? false,
        debugPath: module.file?.debugPath,
        match: match == .same ? .same : match == .different ? .different : nil)
    }
  }
}
