extension VCpu {
  /// Moves the registers of `instruction` to or from the device at `start`. Returns false if the device
  /// refuses; no register has changed then.
  mutating func transfer(
    _ instruction: LoadStoreInstruction, at start: IntermediatePhysicalAddress,
    _ device: (DeviceAccess) -> UInt64?
  ) -> Bool {
    let order = ByteOrder(pstate: frame.pstate, sctlr: machine.read(.sctlr_el1))
    let element = DeviceElement(byteCount: instruction.byteCount, order: order)
    let next = IntermediatePhysicalAddress(start.rawValue + UInt64(instruction.byteCount))
    guard instruction.isLoad else {
      guard element.store(register(instruction.first, of: instruction), at: start, device) else {
        return false
      }
      return !instruction.isPair
        || element.store(register(instruction.second, of: instruction), at: next, device)
    }
    guard let first = element.load(at: start, device) else { return false }
    if instruction.isPair {
      guard let second = element.load(at: next, device) else { return false }
      setRegister(instruction.second, of: instruction, second)
    }
    setRegister(instruction.first, of: instruction, first)
    return true
  }

  private mutating func register(
    _ index: UInt8, of instruction: LoadStoreInstruction
  ) -> VectorRegister {
    instruction.kind == .v ? machine.vector(index) : VectorRegister(low: gpr(index))
  }

  private mutating func setRegister(
    _ index: UInt8, of instruction: LoadStoreInstruction, _ value: VectorRegister
  ) {
    guard instruction.kind != .v else { return machine.setVector(index, value) }
    setGPR(
      index,
      MMIOAccess.registerValue(
        of: value.low, byteCount: instruction.byteCount, extendsSign: instruction.extendsSign,
        is64BitRegister: instruction.kind == .x))
  }
}

/// The part of one register that an instruction moves.
private struct DeviceElement {
  /// 1, 2, 4, 8 or 16.
  let byteCount: UInt8
  let order: ByteOrder

  /// Loads one register's bytes from the device, in the register's order; nil if the device refuses.
  func load(
    at address: IntermediatePhysicalAddress, _ device: (DeviceAccess) -> UInt64?
  ) -> VectorRegister? {
    guard byteCount == 16 else {
      return device(DeviceAccess(address: address, byteCount: byteCount)).map {
        VectorRegister(low: order.converting($0, byteCount: byteCount))
      }
    }
    let after = IntermediatePhysicalAddress(address.rawValue + 8)
    guard let first = device(DeviceAccess(address: address, byteCount: 8)),
      let second = device(DeviceAccess(address: after, byteCount: 8))
    else { return nil }
    return halves(
      VectorRegister(
        low: order.converting(first, byteCount: 8), high: order.converting(second, byteCount: 8)))
  }

  /// Stores one register's bytes to the device; false if the device refuses.
  func store(
    _ value: VectorRegister, at address: IntermediatePhysicalAddress,
    _ device: (DeviceAccess) -> UInt64?
  ) -> Bool {
    let value = byteCount == 16 ? halves(value) : value
    let width = min(byteCount, 8)
    let first = DeviceAccess(
      address: address, byteCount: width,
      storedValue: order.converting(value.low, byteCount: width))
    guard device(first) != nil else { return false }
    guard byteCount == 16 else { return true }
    let second = DeviceAccess(
      address: IntermediatePhysicalAddress(address.rawValue + 8), byteCount: 8,
      storedValue: order.converting(value.high, byteCount: 8))
    return device(second) != nil
  }

  /// The halves, with the one at the lower address first: the high half in big-endian order.
  private func halves(_ value: VectorRegister) -> VectorRegister {
    order == .bigEndian ? VectorRegister(low: value.high, high: value.low) : value
  }
}
