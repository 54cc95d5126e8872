/// What is known about whether a stub's OK to writes can be trusted: each kind of write is read
/// back once.
///
/// QEMU answers OK to a write of a system register, or to a device's virtual address, but does
/// nothing.
struct WriteTruth {
  /// A kind of register: the registers in one group of one feature of a description.
  struct RegisterKind: Hashable {
    var feature: String
    var group: String?

    init(_ register: RegisterDescription) {
      feature = register.feature
      group = register.group
    }
  }

  /// The unit of memory in which all bytes are of one kind.
  static let pageByteCount: UInt64 = 4096
  /// How much of a page is read back.
  static let sampleByteCount = 8

  private var keptRegisters: Set<RegisterKind> = []
  private var ignoredKinds: Set<RegisterKind> = []
  private var keptPages: Set<UInt64> = []

  /// Whether writes to registers of this kind were found to be carried out.
  func keeps(_ register: RegisterDescription) -> Bool {
    keptRegisters.contains(RegisterKind(register))
  }

  /// Whether a write to a register of this kind was found not to be carried out.
  func ignores(_ register: RegisterDescription) -> Bool {
    ignoredKinds.contains(RegisterKind(register))
  }

  /// Notes what was read back from a register after a write that changed it.
  ///
  /// A value that is neither the old nor the new one means that only some of the register's bits
  /// can be written: it says nothing about the other registers of its kind.
  ///
  /// - Parameter isPretended: whether the stub is known to pretend writes of this kind. Otherwise
  ///   one register that can't be written, such as RISC-V's `zero`, says nothing about the others.
  mutating func note(
    _ register: RegisterDescription, wrote new: [UInt8], over old: [UInt8], found: [UInt8],
    isPretended: Bool
  ) {
    guard new != old else { return }
    if found == new { keptRegisters.insert(RegisterKind(register)) }
    guard found == old, isPretended else { return }
    ignoredKinds.insert(RegisterKind(register))
  }

  /// Whether memory at `address` was found to keep what is written.
  func keeps(page address: UInt64) -> Bool {
    keptPages.contains(address / Self.pageByteCount)
  }

  mutating func notePage(_ address: UInt64) { keptPages.insert(address / Self.pageByteCount) }

  /// Forgets what is known about memory: addresses may have a new meaning.
  mutating func forgetMemory() { keptPages.removeAll(keepingCapacity: true) }
}
