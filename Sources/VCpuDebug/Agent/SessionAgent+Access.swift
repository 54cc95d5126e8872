internal import ArmVCpu
internal import GDBRemote

extension SessionAgent {
  /// Carries out a guest's load or store that stage 2 doesn't allow, on the memory that stage 2 maps all the same, and
  /// enters the guest after it.
  ///
  /// - Parameters:
  ///   - word: the guest's instruction.
  ///   - address: the intermediate physical address of the access.
  ///   - leave: called before the guest is entered.
  /// - Returns: false for an instruction that the library doesn't carry out. Then nothing has changed.
  func carryOut(
    _ exit: Exit, _ word: UInt32?, at address: UInt64, leave: () throws -> Void
  ) throws -> Bool {
    let left = Int(0x1000 - address & 0xfff)
    // The widest access is that of a pair of V registers.
    let bytes = try memory.read(.intermediatePhysical, address, byteCount: min(left, 32))
    var stores: [(address: UInt64, bytes: [UInt8])] = []
    var entry = try entry()
    let (machine, features) = try readMachine(of: exit, carryingOut: word)
    var outcome = Emulation.refused
    _ = try load(exit, machine, features, into: &entry) { vcpu in
      outcome = vcpu.carryOut(at: IntermediatePhysicalAddress(address)) { access in
        let offset = access.address.rawValue &- address
        let count = Int(access.byteCount)
        guard count <= bytes.count, offset <= UInt64(bytes.count - count) else { return nil }
        let range = Int(offset)..<Int(offset) + count
        guard let value = access.storedValue else {
          return range.reversed().reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
        }
        let stored = (0..<count).map {
          UInt8(truncatingIfNeeded: value >> (UInt64($0) * 8))
        }
        stores.append((access.address.rawValue, stored))
        return 0
      }
    }
    guard outcome == .completed else { return false }
    try leave()
    for store in stores { try memory.write(.intermediatePhysical, store.address, store.bytes) }
    self.exits.noteResume(isWholeTarget: false)
    _ = try entry.enter()
    return true
  }
}
