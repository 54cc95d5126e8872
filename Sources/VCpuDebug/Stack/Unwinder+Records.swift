extension Unwinder {
  /// The frame around a frame of a function without call frame information.
  func stepWithoutRules(_ frame: PhysicalFrame) throws -> Step {
    guard architecture.linkRegister != nil else {
      return try stepByRecord(frame)
    }
    if let exception = try exception(around: frame) { return exception }
    if let step = try stepByInstructions(frame) { return step }
    return try stepByRecord(frame)
  }

  /// By the frame record that the frame pointer leads to: the caller's frame pointer, and the return address.
  private func stepByRecord(_ frame: PhysicalFrame) throws -> Step {
    let size = UInt64(layout.addressByteCount)
    guard let record = frame.registers[architecture.framePointer] else {
      return Step(address: nil, caller: .ending(.noInformation))
    }
    guard record != 0 else { return Step(address: nil, caller: .ending(.outermost)) }
    guard record % size == 0, record <= .max - 2 * size else {
      return Step(address: nil, caller: .ending(.noInformation))
    }
    let address = record + 2 * size
    let pointer = try word(at: record)
    let saved = try word(at: record + size)
    var registers = givenBack(frame.registers)
    registers.set(architecture.framePointer, pointer, .memory(record))
    registers.set(architecture.stackPointer, address, .computed)
    if let number = architecture.linkRegister {
      registers.set(number, saved, .memory(record + size))
    }
    registers.pcPlace = .memory(record + size)
    // An empty record is the last one.
    guard saved != 0 else { return Step(address: address, caller: .ending(.outermost)) }
    return Step(address: address, caller: caller(saved, registers, .frameRecord, from: frame))
  }
}
