internal import CArmVCpu

/// An image's description of itself for a debugger: the structure at the symbol `vcpu_debug_descriptor`, which
/// `debug_block.h` describes.
///
/// All addresses are EL2 virtual addresses.
public struct DebugDescriptor: Equatable, Sendable {
  /// The structure's symbol.
  public static var symbolName: StaticString { "vcpu_debug_descriptor" }
  /// The structure's size in bytes.
  public static var byteCount: Int { Int(AVCPU_DEBUG_DESCRIPTOR_SIZE) }

  /// The size of an `avcpu_context` in the image, in bytes: 344 or more.
  public let contextByteCount: UInt32
  /// The size of a CPU's own memory, `avcpu_cpu_local`, in bytes. The CPU's TPIDR_EL2 holds its address once the CPU
  /// has been prepared.
  public let cpuLocalByteCount: UInt32
  /// The offset in a CPU's own memory of a doubleword with the address of its current context, in bytes: the context of
  /// the vCPU that the CPU entered last and whose exit it handles. The address is 0 before the first entry, and after
  /// the vCPU has been taken off the CPU. The exit count of a context that hasn't had an exit yet is 0.
  public let currentContextOffset: UInt32

  /// The vector table, 2 KiB.
  public let vectors: UInt64
  /// The code that the vectors of a guest's exit branch to, up to its end. While the PC is in it or in those vectors,
  /// the exit's record is still being written to memory.
  public let saving: Range<UInt64>
  /// `vmexit_trampoline`: the record is complete.
  public let trampoline: UInt64
  /// `context_vm_entry` up to the byte after its ERET. While the PC is in it, the guest's registers are being loaded
  /// from the record.
  public let entering: Range<UInt64>
  /// Where a CPU halts after a fatal exception at EL2.
  public let halt: UInt64
  /// `vmexit_debug_hook`: where an exit stops that the filter matches, in the same state as at the trampoline.
  public let hook: UInt64
  /// `avcpu_observer`: the flags, the filter, and the CPUs. (`observer.h`)
  ///
  /// Nil if the hypervisor doesn't have it.
  public let observer: UInt64?
  /// The offset of the recorder's numbers in a CPU's own memory, in bytes: see `RecorderLayout`.
  public let recorderOffset: UInt32

  /// The descriptor that a debugger read from memory: `byteCount` bytes, little-endian. Further ones are ignored.
  ///
  /// - Throws: `DebugDescriptorError` if the image was built with a version of the library that this one doesn't know.
  public init(_ bytes: Span<UInt8>) throws(DebugDescriptorError) {
    guard bytes.count >= Self.byteCount else {
      throw .tooFewBytes(found: bytes.count, wanted: Self.byteCount)
    }
    let magic = bytes.doubleword(0)
    guard magic == UInt64(AVCPU_DEBUG_MAGIC) else { throw .wrongMagic(magic) }
    let version = bytes.word(8)
    guard version == UInt32(AVCPU_DEBUG_VERSION) else { throw .unknownVersion(version) }
    try bytes.check(.descriptor, AVCPU_DEBUG_BYTE_COUNT, is: AVCPU_DEBUG_DESCRIPTOR_SIZE)
    try bytes.check(.frame, AVCPU_DEBUG_FRAME_SIZE, is: AVCPU_FRAME_SIZE)
    try bytes.check(.exitRecord, AVCPU_DEBUG_EXIT_RECORD_SIZE, is: AVCPU_EXIT_RECORD_SIZE)
    contextByteCount = bytes.word(AVCPU_DEBUG_CONTEXT_SIZE)
    cpuLocalByteCount = bytes.word(AVCPU_DEBUG_CPU_LOCAL_SIZE)
    currentContextOffset = bytes.word(AVCPU_DEBUG_CPU_LOCAL_CONTEXT)
    guard contextByteCount >= UInt32(AVCPU_EXIT_RECORD_SIZE) else {
      throw .unknownSize(
        .context, found: contextByteCount, wanted: UInt32(AVCPU_EXIT_RECORD_SIZE))
    }
    // The offset may have any value: its end may need a 33rd bit.
    let end = UInt64(currentContextOffset) + 8
    guard UInt64(cpuLocalByteCount) >= end else {
      throw .unknownSize(.cpuLocal, found: cpuLocalByteCount, wanted: UInt32(clamping: end))
    }
    try bytes.check(.observer, AVCPU_DEBUG_OBSERVER_BYTE_COUNT, is: AVCPU_OBSERVER_SIZE)
    try bytes.check(.record, AVCPU_DEBUG_RECORD_SIZE, is: AVCPU_RECORD_SIZE)
    try bytes.check(.ring, AVCPU_DEBUG_RING_RECORD_COUNT, is: AVCPU_RING_RECORD_COUNT)
    try bytes.check(
      .cells, AVCPU_DEBUG_RING_CELLS, is: AVCPU_RECORDER_RING - AVCPU_RECORDER_CELLS)
    recorderOffset = bytes.word(AVCPU_DEBUG_CPU_LOCAL_RECORDER)
    let recorderEnd = UInt64(recorderOffset) + 32
    guard UInt64(cpuLocalByteCount) >= recorderEnd else {
      throw .unknownSize(
        .cpuLocal, found: cpuLocalByteCount, wanted: UInt32(clamping: recorderEnd))
    }
    vectors = bytes.doubleword(AVCPU_DEBUG_VECTORS)
    saving = try bytes.range(.saving, AVCPU_DEBUG_SAVE, AVCPU_DEBUG_SAVE_END)
    trampoline = bytes.doubleword(AVCPU_DEBUG_TRAMPOLINE)
    entering = try bytes.range(.entering, AVCPU_DEBUG_ENTRY, AVCPU_DEBUG_ENTRY_END)
    halt = bytes.doubleword(AVCPU_DEBUG_HALT)
    hook = bytes.doubleword(AVCPU_DEBUG_HOOK)
    let observer = bytes.doubleword(AVCPU_DEBUG_OBSERVER)
    self.observer = observer == 0 ? nil : observer
  }
}

/// Why bytes aren't a descriptor that this library knows.
public enum DebugDescriptorError: Error, Equatable, Sendable {
  /// There are fewer bytes than the structure has.
  case tooFewBytes(found: Int, wanted: Int)
  /// They don't begin with "vcpudbug".
  case wrongMagic(UInt64)
  /// The layout has an unknown version.
  case unknownVersion(UInt32)
  /// A structure of the image differs in size from this library's, or `context` or `cpuLocal` has fewer bytes than
  /// `wanted`.
  case unknownSize(Structure, found: UInt32, wanted: UInt32)
  /// A piece of code ends before it begins, or is empty.
  case emptyCode(Code, start: UInt64, end: UInt64)

  /// A structure in the memory of an image.
  public enum Structure: Sendable {
    /// The descriptor itself.
    case descriptor
    /// `avcpu_trap_frame`.
    case frame
    /// `avcpu_context` up to the guest's system registers.
    case exitRecord
    /// `avcpu_context`, which has at least an exit record.
    case context
    /// `avcpu_cpu_local`, which extends at least to the end of what the descriptor says is in it.
    case cpuLocal
    /// `avcpu_observer`.
    case observer
    /// `avcpu_exit_record`.
    case record
    /// A CPU's ring, in records.
    case ring
    /// What is below a ring.
    case cells
  }

  /// A piece of code with a known end.
  public enum Code: Sendable {
    /// `DebugDescriptor.saving`.
    case saving
    /// `DebugDescriptor.entering`.
    case entering
  }
}

/// Access to a descriptor's numbers by offset, which must be within the bytes.
extension Span<UInt8> {
  fileprivate func word(_ offset: Int32) -> UInt32 {
    UInt32(truncatingIfNeeded: number(at: Int(offset), byteCount: 4))
  }

  fileprivate func doubleword(_ offset: Int32) -> UInt64 {
    number(at: Int(offset), byteCount: 8)
  }

  private func number(at offset: Int, byteCount: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (0..<byteCount).reversed() { value = value << 8 | UInt64(self[offset + index]) }
    return value
  }

  fileprivate func range(
    _ code: DebugDescriptorError.Code, _ start: Int32, _ end: Int32
  ) throws(DebugDescriptorError) -> Range<UInt64> {
    let (start, end) = (doubleword(start), doubleword(end))
    guard start < end else { throw .emptyCode(code, start: start, end: end) }
    return start..<end
  }

  fileprivate func check(
    _ structure: DebugDescriptorError.Structure, _ offset: Int32, is wanted: Int32
  ) throws(DebugDescriptorError) {
    let found = word(offset)
    guard found == UInt32(wanted) else {
      throw .unknownSize(structure, found: found, wanted: UInt32(wanted))
    }
  }
}
