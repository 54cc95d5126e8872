/// Reads a file's units one after the other, for an index.
///
/// libdw keeps what it has read until its handle ends, which would be more than the file for all units. So this has
/// handles of its own, and each is for a part of the file.
final class UnitReader {
  private unowned let information: DebugInformation
  private(set) var nextIndex = 0
  private var handle: DebugInformation?
  private var handleEnd: UInt64 = 0

  /// How many bytes of `.debug_info` are read with one handle.
  private static let handleByteCount: UInt64 = 4 << 20

  init(_ information: DebugInformation) { self.information = information }

  /// The first byte of `.debug_info` that hasn't been read.
  var offset: UInt64 {
    isAtEnd ? information.byteCount : information.units[nextIndex].offset
  }

  var isAtEnd: Bool { nextIndex >= information.units.count }

  /// The next unit, and what to read it with; nil at the end.
  func next() -> (index: Int, unit: CompilationUnit, handle: DebugInformation)? {
    guard !isAtEnd else {
      handle = nil
      return nil
    }
    let unit = information.units[nextIndex]
    if handle == nil || unit.offset >= handleEnd {
      handle = DebugInformation(elf: information.elf)
      handleEnd = unit.offset &+ Self.handleByteCount
    }
    guard let handle else { return nil }
    nextIndex += 1
    return (nextIndex - 1, unit, handle)
  }
}
