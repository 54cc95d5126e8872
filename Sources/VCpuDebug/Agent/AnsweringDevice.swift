internal import ArmVCpu

/// A device that answers an instruction's loads with given values, and accepts every store.
struct AnsweringDevice {
  let values: [UInt64]
  /// The first address of the access, once it is known.
  private var start: UInt64?
  private let registerByteCount: UInt64

  init(values: [UInt64], instruction: MemoryInstruction?) {
    self.values = values
    guard case .loadStore(let instruction)? = instruction else {
      registerByteCount = 8
      return
    }
    registerByteCount = UInt64(instruction.byteCount)
  }

  mutating func answer(_ access: DeviceAccess) -> UInt64? {
    let first = start ?? access.address.rawValue
    start = first
    let offset = access.address.rawValue &- first
    // A 128-bit register takes two accesses, and the value is its lower half.
    guard offset % max(registerByteCount, 1) == 0 else { return 0 }
    let index = Int(offset / max(registerByteCount, 1))
    return index < values.count ? values[index] : values.last ?? 0
  }
}
