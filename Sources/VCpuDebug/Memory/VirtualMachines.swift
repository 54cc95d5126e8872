/// The virtual machines of a target: those whose stage 2 was seen on a CPU, and those that the user named.
///
/// A hypervisor switches between machines by VTTBR_EL2, whose VMID tells them apart. (Arm ARM DDI 0487, "VTTBR_EL2".)
public final class VirtualMachines {
  /// A virtual machine.
  public struct Machine: Equatable, Sendable {
    /// Its name; nil if the user gave none.
    public var name: String?
    /// VTTBR_EL2: its VMID and its tables.
    public var vttbr: UInt64
    /// VTCR_EL2, which says what form the tables have; nil for what the register has now.
    public var vtcr: UInt64?

    /// A machine with a VTTBR_EL2, of which nothing else is known.
    init(vttbr: UInt64) { self.init(name: nil, vttbr: vttbr, vtcr: nil) }

    init(name: String?, vttbr: UInt64, vtcr: UInt64?) {
      self.name = name
      self.vttbr = vttbr
      self.vtcr = vtcr
    }

    /// VTTBR_EL2.BADDR, bits 47:1: the physical address of its tables.
    public var tables: UInt64 { vttbr & 0x0000_ffff_ffff_fffe }
    /// VTTBR_EL2.VMID, bits 63:48.
    public var vmid: UInt64 { vttbr >> 48 }
  }

  /// The machines, by VMID and then by tables.
  public private(set) var all: [Machine] = []
  /// Changes when a name or a VMID may mean another machine than before.
  private(set) var revision = 0

  /// VTTBR_EL2 without CnP, bit 0, which may differ between CPUs.
  static func identity(_ vttbr: UInt64) -> UInt64 { vttbr & ~1 }

  /// Records what a CPU has while a guest is on it.
  func note(vttbr register: UInt64, vtcr: UInt64?) {
    let vttbr = Self.identity(register)
    if let index = all.firstIndex(where: { $0.vttbr == vttbr }) {
      if let vtcr { all[index].vtcr = vtcr }
      return
    }
    if all.contains(where: { $0.vmid == vttbr >> 48 }) { revision += 1 }
    // A machine of this VMID that was only seen is gone: the VMID has other tables now.
    all.removeAll { $0.vmid == vttbr >> 48 && $0.name == nil }
    insert(Machine(name: nil, vttbr: vttbr, vtcr: vtcr))
  }

  /// Names a machine.
  ///
  /// - Throws: `DebugError.badVMName` for a name that can't be typed in `ipa[vm NAME]:`.
  public func add(_ name: String, vttbr register: UInt64, vtcr: UInt64?) throws(DebugError) {
    let vttbr = Self.identity(register)
    let isName = name.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "_-.".unicodeScalars.contains($0)
    }
    guard isName, let first = name.first, !first.isNumber else { throw .badVMName(name) }
    revision += 1
    all.removeAll { $0.name == name || $0.vttbr == vttbr }
    insert(Machine(name: name, vttbr: vttbr, vtcr: vtcr))
  }

  /// Forgets a machine.
  ///
  /// - Throws: `DebugError.noSuchVM` for one that isn't known.
  public func remove(_ name: String) throws(DebugError) {
    let found = try machine(named: name)
    revision += 1
    all.removeAll { $0 == found }
  }

  /// The machine with a VMID or a name.
  ///
  /// - Throws: `DebugError.noSuchVM` for one that isn't known.
  public func machine(named name: String) throws(DebugError) -> Machine {
    if let found = all.first(where: { $0.name == name }) { return found }
    if let number = UInt64(name), let found = all.first(where: { $0.vmid == number }) {
      return found
    }
    throw .noSuchVM(name)
  }

  private func insert(_ machine: Machine) {
    all.append(machine)
    all.sort { ($0.vmid, $0.vttbr) < ($1.vmid, $1.vttbr) }
  }
}
