/// The registers of a target, by name and by number.
public struct RegisterMap: Sendable {
  /// Every register, in the order of the description.
  public let all: [RegisterDescription]

  /// The registers in the order in which a `g` packet has them: by number, or by the offsets that the description
  /// gives. A part of a register, which shares its bytes, is not among them.
  public let generalLayout: [RegisterDescription]

  private let indexByName: [String: Int]
  private let indexByNumber: [Int: Int]
  /// Nil for what two names spell when case is left out of account.
  private let indexByLowercasedName: [String: Int?]

  /// Makes the map of `registers`. Of several with the same name or number, the first is found.
  public init(_ registers: [RegisterDescription] = []) {
    all = registers
    var byName: [String: Int] = [:]
    var byNumber: [Int: Int] = [:]
    var byLowercasedName: [String: Int?] = [:]
    for (index, register) in registers.enumerated() {
      byNumber[register.number] = byNumber[register.number] ?? index
      guard byName[register.name] == nil else { continue }
      byName[register.name] = index
      let lowercased = register.name.lowercased()
      byLowercasedName[lowercased] = .some(byLowercasedName[lowercased] == nil ? index : nil)
    }
    for name in RegisterAliases.names where byName[name] == nil {
      guard let other = RegisterAliases.other(name), let index = byName[other],
        byLowercasedName[name.lowercased()] == nil
      else { continue }
      byLowercasedName[name.lowercased()] = index
    }
    indexByName = byName
    indexByNumber = byNumber
    indexByLowercasedName = byLowercasedName
    generalLayout = Self.layout(byNumber.values.map { registers[$0] })
  }

  private static func layout(_ registers: [RegisterDescription]) -> [RegisterDescription] {
    let placed = registers.filter { $0.packetOffset != nil }
    guard !placed.isEmpty else { return registers.sorted { $0.number < $1.number } }
    let sorted = placed.sorted {
      ($0.packetOffset ?? 0, -$0.byteCount, $0.number)
        < ($1.packetOffset ?? 0, -$1.byteCount, $1.number)
    }
    var end = 0
    return sorted.filter { register in
      guard let offset = register.packetOffset, offset >= end else { return false }
      end = offset + register.byteCount
      return true
    }
  }

  /// The register `name`: as it is spelled; else under its other name, such as `SCTLR_EL1` for
  /// QEMU's `SCTLR`; else whatever the case, if that is clear.
  public subscript(name: String) -> RegisterDescription? {
    if let index = indexByName[name] { return all[index] }
    if let other = RegisterAliases.other(name), let index = indexByName[other] { return all[index] }
    if let index = indexByLowercasedName[name.lowercased()] ?? nil { return all[index] }
    return nil
  }

  /// The register with a number.
  public subscript(number number: Int) -> RegisterDescription? {
    indexByNumber[number].map { all[$0] }
  }

  /// How many of the registers, by number, a `g` packet with `byteCount` bytes holds.
  public func generalCount(byteCount: Int) -> Int {
    var end = 0
    var count = 0
    for register in generalLayout {
      end = (register.packetOffset ?? end) + register.byteCount
      guard end <= byteCount else { break }
      count += 1
    }
    return count
  }

  /// The registers that the architecture's core feature has: what to read one by one from a stub
  /// without `g`.
  var core: [RegisterDescription] {
    let core = generalLayout.filter { $0.feature.hasSuffix(".core") }
    return core.isEmpty ? Array(generalLayout.prefix(34)) : core
  }
}
