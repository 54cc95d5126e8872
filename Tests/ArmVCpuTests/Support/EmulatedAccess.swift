import CArmVCpu
import Testing

@testable import ArmVCpu

/// A device of bytes: the one at address `a` reads 0x80 plus the low byte of `a`. It records its accesses.
final class FakeDevice {
  var accesses: [DeviceAccess] = []
  /// Which accesses, counted from 0, it refuses.
  var refused: Set<Int> = []

  func answer(_ access: DeviceAccess) -> UInt64? {
    accesses.append(access)
    if refused.contains(accesses.count - 1) { return nil }
    // The bits beyond the access's width are noise.
    return Self.value(access.address.rawValue, access.byteCount) | Self.noise(access.byteCount)
  }

  static func value(_ address: UInt64, _ byteCount: UInt8) -> UInt64 {
    (0..<UInt64(byteCount)).reduce(0) { $0 | ((0x80 &+ address &+ $1) & 0xff) << ($1 * 8) }
  }

  private static func noise(_ byteCount: UInt8) -> UInt64 {
    byteCount == 8 ? 0 : 0x5a5a_5a5a_5a5a_5a5a << (UInt64(byteCount) * 8)
  }
}

/// An instruction without a syndrome that faulted on a device, and the guest around it.
struct EmulatedAccess {
  static let pc: UInt64 = 0x4020_1000
  /// x0, and the stack pointers: in the middle of a page.
  static let base: UInt64 = 0xffff_8000_1234_5400
  /// Its intermediate physical address.
  static let ipa: UInt64 = 0x0b00_0400

  var word: UInt32
  var isWrite: Bool
  /// FAR_EL2, from `base`.
  var offset: Int64 = 0
  /// EL1h, EL1t or EL0.
  var pstate: UInt64 = 0x6020_0fc5
  var registers: [UInt8: UInt64] = [:]
  var vectors: [UInt8: VectorRegister] = [:]
  var sctlr: UInt64 = 0
  /// The bits of the ISS except WnR.
  var iss: UInt64 = DataAbortBits.translationLevel3

  /// The guest's x0, x1… before: `TrapFrame.distinct`, except for the base and `registers`.
  var frame: TrapFrame {
    var frame = TrapFrame.distinct
    frame.elr = Self.pc
    frame.spsr = pstate
    frame.sp_el0 = Self.base
    frame.setGPR(0, Self.base)
    for (index, value) in registers { frame.setGPR(index, value) }
    return frame
  }

  static func address(_ offset: Int64) -> UInt64 { base &+ UInt64(bitPattern: offset) }

  /// A guest at the exit.
  func guest() -> TestGuest {
    var guest = TestGuest()
    guest.vcpu.machine.instructions = [Self.pc: word]
    guest.vcpu.machine.registers = [.sp_el1: Self.base, .sctlr_el1: sctlr]
    guest.vcpu.machine.vectors = vectors
    // For statuses that leave no address in HPFAR_EL2.
    guest.vcpu.machine.translations = [Self.ipa]
    exit(&guest)
    return guest
  }

  /// Makes the guest exit again.
  func exit(_ guest: inout TestGuest) {
    let far = Self.address(offset)
    let ipa = Self.ipa &+ UInt64(bitPattern: offset)
    let saved = frame
    _ = guest.exit(
      esr: esr(0x24, iss | (isWrite ? DataAbortBits.wnr : 0)), far: far, hpfar: hpfar(ipa)
    ) { $0 = saved }
  }
}

/// A load from the device, by the offset from `EmulatedAccess.ipa`.
func load(_ offset: Int64, _ byteCount: UInt8) -> DeviceAccess {
  DeviceAccess(
    address: IntermediatePhysicalAddress(EmulatedAccess.ipa &+ UInt64(bitPattern: offset)),
    byteCount: byteCount)
}

/// A store to the device.
func store(_ offset: Int64, _ byteCount: UInt8, _ value: UInt64) -> DeviceAccess {
  var access = load(offset, byteCount)
  access.storedValue = value
  return access
}
