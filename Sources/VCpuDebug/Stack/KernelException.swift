/// The registers that Linux's entry code saved when an exception came: a `struct pt_regs`
/// (arch/arm64/include/asm/ptrace.h and arch/arm64/kernel/entry.S, `kernel_entry`).
///
/// The code also stores a frame record in it, at a place that depends on the version. It is empty for an exception from
/// EL0; for one from EL1 it is the interrupted function's.
struct KernelException: Equatable {
  /// Where the structure is.
  let address: UInt64
  /// What was interrupted.
  let registers: FrameRegisters
  /// Whether that was a program at EL0.
  let isFromProgram: Bool

  /// Where the frame record is in the structure: from 4.14 on, and from 6.11 on, where a type follows it.
  static let recordOffsets: [UInt64] = [304, 296]
  /// `regs[31]`, `sp`, `pc`, `pstate`.
  static let byteCount = 272
  static let framePointerOffset = 29 * 8
  static let stackPointerOffset: UInt64 = 248

  /// The exception whose entry code stored a frame record; nil if it isn't such a record.
  ///
  /// - Parameters:
  ///   - record: the address of the record.
  ///   - bytes: the memory before the record, of `recordOffset` bytes, and the record with a word after it.
  init?(record: UInt64, recordOffset: UInt64, bytes: [UInt8], layout: DataLayout) {
    guard record >= recordOffset, bytes.count == Int(recordOffset) + 24 else { return nil }
    func word(_ offset: Int) -> UInt64 { layout.integer(bytes[offset..<offset + 8]) }
    let pointer = word(Int(recordOffset))
    let link = word(Int(recordOffset) + 8)
    let type = word(Int(recordOffset) + 16)
    let sp = word(248)
    let pc = word(256)
    let pstate = word(264)
    // M[4:0] in AArch64 is the level and the stack pointer; the high half is zero but for what newer CPUs have.
    let mode = pstate & 0x1f
    let isKernel = [4, 5, 8, 9].contains(mode)
    guard isKernel || mode == 0 || mode == 0x10, pstate >> 40 == 0 else { return nil }
    if isKernel {
      if recordOffset == 296 {
        // FRAME_META_TYPE_PT_REGS.
        guard pointer == 0, link == 0, type == 2 else { return nil }
      } else {
        guard link == pc, pointer == word(Self.framePointerOffset) else { return nil }
      }
      guard pc >> 47 != 0, pc % 4 == 0, sp % 8 == 0, sp > record else { return nil }
    } else {
      guard pointer == 0, link == 0, pc != 0, pc >> 52 == 0 else { return nil }
      // FRAME_META_TYPE_FINAL.
      if recordOffset == 296, type != 1 { return nil }
    }
    address = record - recordOffset
    isFromProgram = !isKernel
    var values: [UInt64?] = (0..<31).map { word($0 * 8) }
    values.append(sp)
    var registers = FrameRegisters(values: values, pc: pc, pstate: pstate, isSaved: true)
    for index in 0..<32 { registers.places[index] = .memory(address + UInt64(index) * 8) }
    registers.pcPlace = .memory(address + 256)
    self.registers = registers
  }
}

extension Unwinder {
  /// What was interrupted by the exception whose entry code a frame belongs to; nil if it doesn't.
  func exception(around frame: PhysicalFrame) throws -> Step? {
    guard architecture == .aarch64,
      let record = frame.registers[architecture.framePointer], record != 0, record % 16 == 0
    else { return nil }
    for offset in KernelException.recordOffsets where record >= offset {
      guard
        let bytes = try? source.bytes(at: record - offset, byteCount: Int(offset) + 24),
        let exception = KernelException(
          record: record, recordOffset: offset, bytes: bytes, layout: layout)
      else { continue }
      guard !exception.isFromProgram else {
        return Step(
          address: record + 16, caller: .ending(.outermost), exception: exception)
      }
      guard source.isCode(exception.registers.pc) != false else { continue }
      return Step(
        address: record + 16,
        caller: .frame(
          PhysicalFrame(registers: exception.registers, way: .exceptionRecord, isExact: true)),
        exception: exception)
    }
    return nil
  }
}
