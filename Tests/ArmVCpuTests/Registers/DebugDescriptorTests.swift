import CArmVCpu
import Testing

@testable import ArmVCpu

/// An image's debug block, from the C header's structure and back.
@Suite struct DebugDescriptorTests {
  /// A descriptor as `debug_block.c` fills it, with different addresses.
  private static let structure = avcpu_debug_descriptor(
    magic: UInt64(AVCPU_DEBUG_MAGIC), version: 2, byte_count: 128, frame_byte_count: 272,
    exit_record_byte_count: 344, context_byte_count: 704, cpu_local_byte_count: 784,
    cpu_local_context: 0, cpu_local_recorder: 16, vectors: 0x4020_3000, save: 0x4020_3800,
    save_end: 0x4020_3874, trampoline: 0x4020_1000, entry: 0x4020_2000, entry_end: 0x4020_205c,
    halt: 0x4020_38f0, hook: 0x4020_4000, observer: 0x4040_0000, observer_byte_count: 5440,
    record_byte_count: 64, ring_record_count: 65536, ring_cells: 0x40000)

  private func bytes(_ change: (inout avcpu_debug_descriptor) -> Void = { _ in }) -> [UInt8] {
    var structure = Self.structure
    change(&structure)
    return withUnsafeBytes(of: structure) { Array($0) }
  }

  private func error(_ change: (inout avcpu_debug_descriptor) -> Void) -> DebugDescriptorError? {
    let bytes = bytes(change)
    return #expect(throws: DebugDescriptorError.self) { try DebugDescriptor(bytes.span) }
  }

  /// What a debugger of another version relies on: by numbers, not by this library's names.
  @Test func layout() {
    #expect(DebugDescriptor.byteCount == 128)
    #expect(MemoryLayout<avcpu_debug_descriptor>.size == 128)
    #expect("\(DebugDescriptor.symbolName)" == "vcpu_debug_descriptor")
    #expect(Array(bytes().prefix(8)) == Array("vcpudbug".utf8))
    let offsets: [(PartialKeyPath<avcpu_debug_descriptor>, Int)] = [
      (\.magic, 0), (\.version, 8), (\.byte_count, 12), (\.frame_byte_count, 16),
      (\.exit_record_byte_count, 20), (\.context_byte_count, 24), (\.cpu_local_byte_count, 28),
      (\.cpu_local_context, 32), (\.cpu_local_recorder, 36), (\.vectors, 40), (\.save, 48),
      (\.save_end, 56), (\.trampoline, 64), (\.entry, 72), (\.entry_end, 80), (\.halt, 88),
      (\.hook, 96), (\.observer, 104), (\.observer_byte_count, 112), (\.record_byte_count, 116),
      (\.ring_record_count, 120), (\.ring_cells, 124),
    ]
    for (path, offset) in offsets {
      #expect(MemoryLayout<avcpu_debug_descriptor>.offset(of: path) == offset)
    }
  }

  /// The description in an image with this library has the library's own numbers.
  @Test func currentContext() {
    #expect(MemoryLayout<avcpu_cpu_local>.offset(of: \.context) == 0)
    #expect(MemoryLayout<avcpu_cpu_local>.size == 784)
    #expect(Int(AVCPU_CPU_LOCAL_SIZE) == MemoryLayout<avcpu_cpu_local>.stride)
    #expect(avcpu_cpu_local().context == 0)
  }

  @Test func everyMemberIsRead() throws {
    // Further bytes are whatever comes next in memory.
    for extra in [0, 1, 4096] {
      let bytes = bytes()
      let memory = bytes + Array(repeating: 0xff, count: extra)
      let descriptor = try DebugDescriptor(memory.span)
      #expect(descriptor.contextByteCount == 704)
      #expect(descriptor.cpuLocalByteCount == 784)
      #expect(descriptor.currentContextOffset == 0)
      #expect(descriptor.recorderOffset == 16)
      #expect(descriptor.vectors == 0x4020_3000)
      #expect(descriptor.saving == 0x4020_3800..<0x4020_3874)
      #expect(descriptor.trampoline == 0x4020_1000)
      #expect(descriptor.entering == 0x4020_2000..<0x4020_205c)
      #expect(descriptor.halt == 0x4020_38f0)
      #expect(descriptor.hook == 0x4020_4000)
      #expect(descriptor.observer == 0x4040_0000)
    }
  }

  @Test func whatIsNotThereHasNoAddress() throws {
    let bytes = bytes { $0.observer = 0 }
    let descriptor = try DebugDescriptor(bytes.span)
    #expect(descriptor.observer == nil)
  }

  @Test(arguments: 0..<128)
  func truncated(byteCount: Int) {
    let bytes = Array(bytes().prefix(byteCount))
    #expect(throws: DebugDescriptorError.tooFewBytes(found: byteCount, wanted: 128)) {
      try DebugDescriptor(bytes.span)
    }
  }

  @Test func anyOtherMagicIsNone() {
    for bit in 0..<64 {
      let magic = UInt64(AVCPU_DEBUG_MAGIC) ^ 1 << UInt64(bit)
      #expect(error { $0.magic = magic } == .wrongMagic(magic))
    }
    // The other byte order.
    let swapped = UInt64(AVCPU_DEBUG_MAGIC).byteSwapped
    #expect(error { $0.magic = swapped } == .wrongMagic(swapped))
  }

  @Test(arguments: [0, 1, 3, 0x100_0000, UInt32.max])
  func otherVersion(version: UInt32) {
    #expect(error { $0.version = version } == .unknownVersion(version))
    // Its sizes don't matter then.
    #expect(
      error {
        $0.version = version
        $0.byte_count = 8
      } == .unknownVersion(version))
  }

  @Test func otherSizes() {
    for size in [0, 1, 271, 273, 343, 345, 127, 129, 0x110_0000, UInt32.max] {
      #expect(
        error { $0.byte_count = size } == .unknownSize(.descriptor, found: size, wanted: 128))
      #expect(
        error { $0.frame_byte_count = size } == .unknownSize(.frame, found: size, wanted: 272))
      #expect(
        error { $0.exit_record_byte_count = size }
          == .unknownSize(.exitRecord, found: size, wanted: 344))
    }
  }

  /// The rest of a context, and of a CPU's memory, may grow without a new version.
  @Test func sizesThatMayDiffer() throws {
    for size in [0, 343] as [UInt32] {
      #expect(
        error { $0.context_byte_count = size } == .unknownSize(.context, found: size, wanted: 344))
    }
    for size in [0, 7, 8, 47] as [UInt32] {
      // The current context's address, then what the recorder keeps.
      #expect(
        error { $0.cpu_local_byte_count = size }
          == .unknownSize(.cpuLocal, found: size, wanted: size < 8 ? 8 : 48))
    }
    for size in [0, 63, 65] as [UInt32] {
      #expect(
        error { $0.record_byte_count = size } == .unknownSize(.record, found: size, wanted: 64))
      #expect(
        error { $0.observer_byte_count = size }
          == .unknownSize(.observer, found: size, wanted: 5440))
      #expect(
        error { $0.ring_record_count = size } == .unknownSize(.ring, found: size, wanted: 65536))
      #expect(
        error { $0.ring_cells = size } == .unknownSize(.cells, found: size, wanted: 0x40000))
    }
    for offset in [.max, .max - 7] as [UInt32] {
      #expect(
        error {
          $0.cpu_local_context = offset
          $0.cpu_local_byte_count = .max
        } == .unknownSize(.cpuLocal, found: .max, wanted: .max))
    }
    let bytes = bytes {
      $0.context_byte_count = 344
      $0.cpu_local_context = 8
      $0.cpu_local_byte_count = 48
    }
    #expect(try DebugDescriptor(bytes.span).currentContextOffset == 8)
  }

  @Test func codeThatEndsBeforeItBegins() {
    for end in [0, 0x4020_37fc, 0x4020_3800] as [UInt64] {
      #expect(
        error { $0.save_end = end } == .emptyCode(.saving, start: 0x4020_3800, end: end))
    }
    for end in [0, 0x4020_2000] as [UInt64] {
      #expect(
        error { $0.entry_end = end } == .emptyCode(.entering, start: 0x4020_2000, end: end))
    }
  }

  /// Any memory contents are refused, or give valid ranges.
  @Test func anyBytesHaveAnAnswer() {
    var random = SplitMix64(seed: 10)
    for _ in 0..<20_000 {
      let bytes = bytes {
        withUnsafeMutableBytes(of: &$0) { bytes in
          for _ in 0..<Int.random(in: 1...12, using: &random) {
            bytes[Int.random(in: 12..<bytes.count, using: &random)] = .random(
              in: 0...255, using: &random)
          }
        }
      }
      if let descriptor = try? DebugDescriptor(bytes.span) {
        #expect(!descriptor.saving.isEmpty && !descriptor.entering.isEmpty)
      }
    }
  }
}
