internal import CArmVCpu

/// The place of a guest's memory, in intermediate physical addresses.
struct GuestMemory: Equatable, Sendable {
  /// The size of its memory.
  var byteCount: UInt64
  /// Whether its addresses are the machine's, so that devices reach the addresses that the guest gives them.
  /// This is so with the machine's interrupts and devices; otherwise its memory appears at the start of the
  /// machine's RAM.
  var isOneToOne: Bool

  /// The start of its memory.
  var base: UInt64 { UInt64(isOneToOne ? AVCPU_GUEST_MEMORY_BASE : AVCPU_GUEST_IPA_BASE) }
  /// The end of its memory: the first address after it.
  var end: UInt64 { base + byteCount }
  /// Where guests without a load address are loaded: 2 MiB into its memory, after the room for the
  /// device tree.
  var loadAddress: UInt64 { base + Self.treeRoom }

  /// The place of a device tree, unless something else is there: the start of RAM, as QEMU does for firmware,
  /// which looks for it there, whatever x0 says.
  static let treeAddress = UInt64(AVCPU_RAM_BASE)
  /// The room that is left for it.
  static let treeRoom: UInt64 = 2 << 20

  /// The machine's flash, which is the guest's with the machine's other devices.
  static let flash = UInt64(AVCPU_FLASH_BASE)..<UInt64(AVCPU_FLASH_BASE + AVCPU_FLASH_SIZE)

  /// The physical address of an address in memory or flash.
  func physical(_ address: UInt64) -> UInt64 {
    isOneToOne ? address : address - base + UInt64(AVCPU_GUEST_MEMORY_BASE)
  }

  /// Whether a range lies in its memory.
  func contains(_ address: UInt64, _ byteCount: UInt64) -> Bool {
    address >= base && byteCount <= self.byteCount && address - base <= self.byteCount - byteCount
  }

  /// Whether something can be loaded to a range: its memory, or the flash.
  func canHold(_ address: UInt64, _ byteCount: UInt64) -> Bool {
    if contains(address, byteCount) { return true }
    let size = Self.flash.upperBound - Self.flash.lowerBound
    return isOneToOne && Self.flash.contains(address) && byteCount <= size
      && address - Self.flash.lowerBound <= size - byteCount
  }

  /// The device ranges that the guest owns besides its memory.
  var devices: [MappedRange] { isOneToOne ? MappedRange.devices : [.console] }

  /// The same for ranges that are mapped as memory, where code may run.
  var otherMemory: [MappedRange] { isOneToOne ? [.flash, .startOfRAM] : [] }
}
