internal import CArmVCpu

/// Where a guest has its memory, in intermediate physical addresses.
struct GuestMemory: Equatable, Sendable {
  /// The size of its memory.
  var byteCount: UInt64
  /// Whether its memory is where the machine has it, so that devices reach what the guest tells them: so it is
  /// with the machine's interrupts, and devices. Else it is moved to where the machine's RAM begins.
  var isOneToOne: Bool

  /// The start of its memory.
  var base: UInt64 { UInt64(isOneToOne ? AVCPU_GUEST_MEMORY_BASE : AVCPU_GUEST_IPA_BASE) }
  /// The end of its memory: the first address after it.
  var end: UInt64 { base + byteCount }
  /// Where what says no address of its own is loaded: 2 MiB into its memory, the device tree's place.
  var loadAddress: UInt64 { base + Self.treeRoom }

  /// Where a device tree is, if nothing else is: the start of RAM, as QEMU has it for firmware. That looks for it
  /// there, whatever x0 says.
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

  /// What the guest has to itself beside its memory, as devices.
  var devices: [MappedRange] { isOneToOne ? MappedRange.devices : [.console] }

  /// The same as memory, where code may run.
  var otherMemory: [MappedRange] { isOneToOne ? [.flash, .startOfRAM] : [] }
}
