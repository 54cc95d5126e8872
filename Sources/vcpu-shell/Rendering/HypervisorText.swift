internal import ArmVCpu
internal import VCpuDebug

/// What is at EL2, and how its exits are found, as text.
struct HypervisorText {
  private let session: HypervisorSession
  private var exits: Exits { session.exits }

  init(_ session: HypervisorSession) { self.session = session }

  /// Everything that is known.
  func lines() throws -> [String] {
    way + (try kind) + (try registers) + tables
  }

  /// The way in which exits are found, and why.
  var way: [String] {
    guard let way = exits.way else {
      return ["exits cannot be found"] + exits.notes.map { "  " + $0 }
    }
    return ["exits are found by '\(way.rawValue)': \(exits.reason ?? "")"]
      + exits.notes.map { "  " + $0 }
  }

  private var kind: [String] {
    get throws {
      let identification = try exits.identification()
      return ["EL2: \(identification.kind)"] + identification.reasons.map { "  " + $0 }
    }
  }

  private var registers: [String] {
    get throws {
      try exits.controlRegisters().map { name, value in
        name.padded(to: 12) + hexadecimal(value, digits: 16) + remark(name, value)
      }
    }
  }

  private func remark(_ name: String, _ value: UInt64) -> String {
    switch name {
    case "HCR_EL2":
      let bits: [(HCR_EL2, String)] = [(.vm, "VM"), (.e2h, "E2H"), (.tge, "TGE"), (.imo, "IMO")]
      let hcr = HCR_EL2(rawValue: value)
      let set = bits.filter { hcr.contains($0.0) }.map(\.1)
      return "  " + (set.isEmpty ? "no guest is on this CPU" : set.joined(separator: " "))
    case "SCTLR_EL2": return value & 1 == 0 ? "  the MMU is off" : "  the MMU is on"
    case "VTTBR_EL2":
      return "  VMID \(value >> 48), tables at \(hexadecimal(value & 0xffff_ffff_fffe))"
    default: return ""
    }
  }

  private var tables: [String] {
    exits.vectorTables.map { "vectors     \(hexadecimal($0.base, digits: 16))  \($0.use)" }
      + search
  }

  /// What is watched to find out more.
  private var search: [String] {
    let search = exits.search
    var lines: [String] = []
    if search.writerCount > 0 {
      lines.append(
        "\(count(search.writerCount, "instruction")) that may set the vectors or turn the MMU on: watched"
      )
    }
    if search.retiredCount > 0 {
      lines.append(
        "\(count(search.retiredCount, "instruction")) that set known vectors again and again: left alone"
      )
    }
    if search.entryCount > 0 {
      lines.append("\(count(search.entryCount, "exception return")) that may enter a guest")
    }
    if search.isCutOff {
      lines.append("EL2 has more executable memory than was searched: vectors may be set unseen")
    }
    return lines
  }

  private func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)" + (number == 1 ? "" : "s")
  }

  /// What a person has to know who waits for exits whose place is not known yet.
  var remarks: [String] {
    guard exits.way == .vectors, !exits.vectorTables.contains(where: \.isGuests) else { return [] }
    return ["the vectors of its guests are not known yet: the shell stops where EL2 sets them"]
      + (exits.search.isCutOff
        ? ["EL2 has more executable memory than was searched: they may be set unseen"] : [])
  }
}
