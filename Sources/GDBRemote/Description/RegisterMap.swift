/// The registers of a target, by name and by number.
public struct RegisterMap: Equatable, Sendable {
  /// Every register, in the order of the description.
  public let all: [RegisterDescription]

  /// The registers in the order in which a `g` packet has them: by number, or by the offsets that
  /// LLDB's servers give. A gap between two numbers takes no space.
  public let generalLayout: [RegisterDescription]

  /// The byte offset in a `g` packet of each register of `generalLayout`.
  public let generalOffsets: [Int]

  private let names: RegisterNames
  private let indexByNumber: [Int: Int]

  /// Makes the map of `registers`. If several have the same name or number, the first is found.
  ///
  /// - Parameters:
  ///   - registers: the registers, in the order of the description.
  ///   - architecture: the architecture whose register names to accept; if it isn't known, it is
  ///     inferred from the registers.
  ///   - generalLimit: the number from which on a register's place in a `g` packet isn't known, as
  ///     some before it are missing.
  public init(
    _ registers: [RegisterDescription] = [], architecture: String? = nil,
    generalLimit: Int = .max
  ) {
    all = registers
    var byNumber: [Int: Int] = [:]
    for (index, register) in registers.enumerated() where byNumber[register.number] == nil {
      byNumber[register.number] = index
    }
    indexByNumber = byNumber
    names = RegisterNames(
      registers, ArchitectureFamily(architecture: architecture, registers: registers))

    let numbered = byNumber.values.map { registers[$0] }.sorted { $0.number < $1.number }
    if let layout = Self.lldbLayout(numbered) {
      generalLayout = layout.map(\.register)
      generalOffsets = layout.map(\.offset)
    } else {
      generalLayout = numbered.filter { $0.number < generalLimit }
      var offset = 0
      generalOffsets = generalLayout.map { register in
        defer { offset += register.byteCount }
        return offset
      }
    }
  }

  /// The offsets that an LLDB server gives, if it gives one for each register.
  private static func lldbLayout(
    _ registers: [RegisterDescription]
  ) -> [(register: RegisterDescription, offset: Int)]? {
    var layout: [(register: RegisterDescription, offset: Int)] = []
    for register in registers {
      guard let offset = register.lldb?.byteOffset else { return nil }
      layout.append((register, offset))
    }
    // Whole registers go before their parts.
    layout.sort {
      ($0.offset, $0.register.isPart ? 1 : 0, $0.register.number)
        < ($1.offset, $1.register.isPart ? 1 : 0, $1.register.number)
    }
    return layout
  }

  /// The register `name`. Looks for the exact name first; then for its other name, such as
  /// `SCTLR_EL1` for QEMU's `SCTLR` or `fp` for `x29`; then for a generic name (`pc`, `sp`, `fp`,
  /// `lr`, `ps`, `flags`); and then for the name in any case, if that is unambiguous.
  public subscript(name: String) -> RegisterDescription? {
    names.index(of: name).map { all[$0] }
  }

  /// The register with a number.
  public subscript(number number: Int) -> RegisterDescription? {
    indexByNumber[number].map { all[$0] }
  }

  /// The register that holds the address of the next instruction.
  public var programCounter: RegisterDescription? { self["pc"] }

  /// How many registers of `generalLayout` a `g` packet with `byteCount` bytes holds if they are
  /// contiguous. A register that is cut off doesn't count.
  public func generalCount(byteCount: Int) -> Int {
    var count = 0
    for (register, offset) in zip(generalLayout, generalOffsets) {
      guard offset + register.byteCount <= byteCount else { break }
      count += 1
    }
    return count
  }

  /// The registers of the architecture's core feature, which are read one by one from a stub
  /// without `g`.
  var core: [RegisterDescription] {
    let core = generalLayout.filter {
      $0.feature.hasSuffix(".core") || $0.feature == "org.gnu.gdb.riscv.cpu"
    }
    return core.isEmpty ? Array(generalLayout.filter { !$0.isPart }.prefix(34)) : core
  }
}
