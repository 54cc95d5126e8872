internal import ArmVCpu
internal import CArmVCpu

/// A range that a guest owns besides its memory: stage 2 maps it one to one.
struct MappedRange: Equatable, Sendable {
  var base: UInt64
  var byteCount: UInt64

  /// The input of stage 2 ends here.
  static let limit: UInt64 = 1 << Stage2.inputBitWidth

  /// Only the guest's console.
  static let console = MappedRange(base: UInt64(AVCPU_CONSOLE_BASE), byteCount: pageByteCount)

  /// The machine's devices: everything between the flash and RAM, except the page of the device that the
  /// hypervisor emulates, and everything above the highest possible RAM, up to the limit of stage 2. QEMU has
  /// the configuration space of the PCI host there, among others.
  static var devices: [MappedRange] {
    let scratch = UInt64(AVCPU_SCRATCH_BASE)
    return [
      MappedRange(GuestMemory.flash.upperBound..<scratch),
      MappedRange(scratch + pageByteCount..<UInt64(AVCPU_RAM_BASE)),
      MappedRange(highDevices..<limit),
    ]
  }

  static let flash = MappedRange(GuestMemory.flash)

  /// The RAM below the hypervisor: the device tree is there, and firmware's first stack.
  static let startOfRAM = MappedRange(
    GuestMemory.treeAddress..<GuestMemory.treeAddress + GuestMemory.treeRoom)

  /// `virt` puts devices that don't fit below RAM there (`extended_memmap` of its hw/arm/virt.c), with up to
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
