internal import ArmVCpu
internal import VCpuDebug

/// How guest exits are found.
struct CatchWayAnswer: Answer {
  static let kind = "catchWay"
  /// `context`, `trampoline` or `vectors`; omitted if exits cannot be found.
  let way: String?
  /// Why this way is used.
  let reason: String?
  /// Why other ways are not used.
  let notes: [String]

  init(in session: HypervisorSession) {
    way = session.exits.way?.rawValue
    reason = session.exits.reason
    notes = session.exits.notes
  }
}

/// What is at EL2, and how its exits are found.
struct HypervisorAnswer: Answer {
  static let kind = "hypervisor"
  /// How its exits are found.
  let catchWay: CatchWayAnswer
  /// What it seems to be: `own`, `armVCpu`, `kvmNVHE`, `kvmVHE`, `xen`, `hafnium` or `unknown`.
  let identity: String
  /// The same in words.
  let name: String
  /// Why it seems so.
  let reasons: [String]
  /// EL2's registers that determine where its vectors, its guest and its own tables are.
  let registers: [Register]
  /// The vector tables that are known.
  let vectors: [Vectors]
  /// What is watched to find out more.
  let search: Search

  /// A register of EL2.
  struct Register: Codable, Equatable, Sendable {
    /// The manual's name.
    let name: String
    /// Its value now.
    let value: Hex
    /// What the value means, in words; empty if there is nothing to say.
    let remark: String
  }

  /// A vector table of EL2.
  struct Vectors: Codable, Equatable, Sendable {
    /// Its address, as in VBAR_EL2.
    let base: Hex
    /// What it is for, in words.
    let use: String
    /// Whether guests exit through them.
    let isGuests: Bool
  }

  /// The progress of the search for the vectors.
  struct Search: Codable, Equatable, Sendable {
    /// Instructions that may set the vectors or turn the MMU on, and are watched.
    let writerCount: Int
    /// Instructions that repeatedly set known vectors, and are not watched.
    let retiredCount: Int
    /// Exception returns that may enter a guest.
    let entryCount: Int
    /// Whether EL2 has more executable memory than was searched.
    let isCutOff: Bool
  }

  init(in session: HypervisorSession) throws {
    let exits = session.exits
    catchWay = CatchWayAnswer(in: session)
    let identification = try exits.identification()
    identity = identification.kind.rawValue
    name = "\(identification.kind)"
    reasons = identification.reasons
    registers = try exits.controlRegisters().map { name, value in
      Register(name: name, value: Hex(value), remark: Self.remark(name, value))
    }
    vectors = exits.vectorTables.map {
      Vectors(base: Hex($0.base), use: $0.use, isGuests: $0.isGuests)
    }
    let search = exits.search
    self.search = Search(
      writerCount: search.writerCount, retiredCount: search.retiredCount,
      entryCount: search.entryCount, isCutOff: search.isCutOff)
  }

  private static func remark(_ name: String, _ value: UInt64) -> String {
    switch name {
    case "HCR_EL2":
      let bits: [(HCR_EL2, String)] = [(.vm, "VM"), (.e2h, "E2H"), (.tge, "TGE"), (.imo, "IMO")]
      let hcr = HCR_EL2(rawValue: value)
      let set = bits.filter { hcr.contains($0.0) }.map(\.1)
      return set.isEmpty ? "no guest is on this CPU" : set.joined(separator: " ")
    case "SCTLR_EL2": return value & 1 == 0 ? "the MMU is off" : "the MMU is on"
    case "VTTBR_EL2":
      return "VMID \(value >> 48), tables at \(hexadecimal(value & 0xffff_ffff_fffe))"
    default: return ""
    }
  }

  /// What to tell a person who waits for exits while the vectors are not known yet.
  static func remarks(in session: HypervisorSession) -> [String] {
    let exits = session.exits
    guard exits.way == .vectors, !exits.vectorTables.contains(where: \.isGuests) else { return [] }
    return ["the vectors of its guests are not known yet: the shell stops where EL2 sets them"]
      + (exits.search.isCutOff
        ? ["EL2 has more executable memory than was searched: they may be set unnoticed"] : [])
  }
}
