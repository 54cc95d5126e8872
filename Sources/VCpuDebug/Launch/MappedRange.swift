internal import ArmVCpu
internal import CArmVCpu

/// What a guest has to itself beside its memory: stage 2 maps it one to one.
struct MappedRange: Equatable, Sendable {
  var base: UInt64
  var byteCount: UInt64

  /// The input of stage 2 ends here.
  static let limit: UInt64 = 1 << Stage2.inputBitWidth

  /// The guest's console alone.
  static let console = MappedRange(base: UInt64(AVCPU_CONSOLE_BASE), byteCount: pageByteCount)

  /// The machine's devices: everything between the flash and RAM, but for the page of the device that the
  /// hypervisor emulates, and what is above all RAM that there can be, as far as stage 2 reaches. QEMU has the
  /// configuration space of the PCI host there, among others.
  static var devices: [MappedRange] {
    let scratch = UInt64(AVCPU_SCRATCH_BASE)
    return [
      MappedRange(GuestMemory.flash.upperBound..<scratch),
      MappedRange(scratch + pageByteCount..<UInt64(AVCPU_RAM_BASE)),
      MappedRange(highDevices..<limit),
    ]
  }

  static let flash = MappedRange(GuestMemory.flash)

  /// What the hypervisor leaves of RAM below itself: the device tree is there, and firmware's first stack.
  static let startOfRAM = MappedRange(
    GuestMemory.treeAddress..<GuestMemory.treeAddress + GuestMemory.treeRoom)

  /// `virt` puts devices that do not fit below RAM there (`extended_memmap` of its hw/arm/virt.c), with up to
  /// 255 GiB of RAM.
  private static let highDevices: UInt64 = 256 << 30
  private static let pageByteCount: UInt64 = 4096

  init(base: UInt64, byteCount: UInt64) {
    self.base = base
    self.byteCount = byteCount
  }

  private init(_ range: Range<UInt64>) {
    self.init(base: range.lowerBound, byteCount: range.upperBound - range.lowerBound)
  }
}
