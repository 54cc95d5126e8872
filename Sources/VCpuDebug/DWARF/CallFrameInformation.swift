internal import CElfutils
internal import Glibc

/// A file's call frame information: `.debug_frame` and `.eh_frame`, read by libdw.
///
/// libdw 0.188 takes AArch64's 0x2d, which says that the return address is signed from there on, for what it is, and
/// ignores it (docs/decisions/0034).
@safe final class CallFrameInformation {
  private let elf: ELFHandle
  /// Owns the table of `.debug_frame`.
  private let information: DebugInformation?
  @unsafe private let frameTable: OpaquePointer?
  @unsafe private let exceptionTable: OpaquePointer?
  private let layout: DataLayout
  private let registerCount: Int

  /// Nil when the file has none that libdw understands.
  ///
  /// - Parameter registerCount: how many registers have a DWARF number in that architecture.
  init?(elf: ELFHandle, information: DebugInformation?, registerCount: Int) {
    self.elf = elf
    self.information = information
    self.registerCount = registerCount
    layout = DataLayout(addressByteCount: elf.is64Bit ? 8 : 4, byteOrder: elf.byteOrder)
    unsafe frameTable = information.flatMap { unsafe dwarf_getcfi($0.dwarf) }
    unsafe exceptionTable = dwarf_getcfi_elf(elf.pointer)
    guard unsafe frameTable != nil || exceptionTable != nil else { return nil }
  }

  deinit { if let table = unsafe exceptionTable { _ = unsafe dwarf_cfi_end(table) } }

  /// The rules at an address of the file; nil if there are none.
  func rules(at address: UInt64) -> FrameRules? {
    unsafe frameTable.flatMap { unsafe rules(at: address, in: $0) }
      ?? exceptionTable.flatMap { unsafe rules(at: address, in: $0) }
  }

  private func rules(at address: UInt64, in table: OpaquePointer) -> FrameRules? {
    var found: OpaquePointer?
    guard unsafe dwarf_cfi_addrframe(table, address, &found) == 0, let frame = unsafe found else {
      return nil
    }
    defer { unsafe free(UnsafeMutableRawPointer(frame)) }
    var start: Dwarf_Addr = 0
    var end: Dwarf_Addr = 0
    var isSignalFrame = false
    let column = unsafe dwarf_frame_info(frame, &start, &end, &isSignalFrame)
    guard column >= 0, start <= address, address < end else { return nil }
    return FrameRules(
      range: start..<end, isSignalFrame: isSignalFrame, returnColumn: Int(column),
      address: unsafe self.address(of: frame),
      registers: (0..<registerCount).map { unsafe rule(of: $0, in: frame) })
  }

  private func address(of frame: OpaquePointer) -> FrameRules.Address? {
    var operations: UnsafeMutablePointer<Dwarf_Op>?
    var count = 0
    guard unsafe dwarf_frame_cfa(frame, &operations, &count) == 0, count > 0,
      let operations = unsafe operations
    else { return nil }
    let first = unsafe operations[0]
    if count == 1, Int(first.atom) == DW_OP_bregx, let register = Int(exactly: first.number) {
      return .register(register, offset: first.number2)
    }
    return .expression(unsafe expression(operations, count))
  }

  private func rule(of register: Int, in frame: OpaquePointer) -> FrameRules.Rule {
    // `Dwarf_Op ops_mem[3]`, which libdw fills for simple rules.
    return unsafe withUnsafeTemporaryAllocation(of: Dwarf_Op.self, capacity: 3) { space in
      var operations: UnsafeMutablePointer<Dwarf_Op>?
      var count = 0
      guard let memory = space.baseAddress,
        unsafe dwarf_frame_register(frame, Int32(register), memory, &operations, &count) == 0
      else { return .undefined }
      guard let operations = unsafe operations else { return .same }
      guard count > 0 else { return .undefined }
      return unsafe rule(operations, count)
    }
  }

  private func rule(_ operations: UnsafeMutablePointer<Dwarf_Op>, _ count: Int) -> FrameRules.Rule {
    let codes = (0..<min(count, 3)).map { unsafe Int(operations[$0].atom) }
    if count == 1, codes[0] == DW_OP_regx, unsafe operations[0].number <= 0xffff {
      return .register(unsafe Int(operations[0].number))
    }
    if codes[0] == DW_OP_call_frame_cfa, count <= 3 {
      let offset = count > 1 ? unsafe operations[1].number : 0
      switch Array(codes.dropFirst()) {
      case [], [DW_OP_plus_uconst]: return .memory(offset: offset)
      case [DW_OP_stack_value]: return .address(offset: 0)
      case [DW_OP_plus_uconst, DW_OP_stack_value]: return .address(offset: offset)
      default: break
      }
    }
    return .expression(unsafe expression(operations, count))
  }

  private func expression(
    _ operations: UnsafeMutablePointer<Dwarf_Op>, _ count: Int
  ) -> LocationExpression {
    unsafe LocationExpression(
      UnsafeBufferPointer(start: operations, count: count), layout: layout)
  }
}
