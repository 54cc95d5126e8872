/// Assembles whole lines from a stream that arrives in pieces, such as the guest's console. Printing pieces above a
/// prompt would break their lines.
struct LineAssembler {
  private var partial: [UInt8] = []

  /// A line that grows beyond this many bytes is returned unfinished.
  let maximumByteCount: Int

  init(maximumByteCount: Int = 4096) { self.maximumByteCount = max(1, maximumByteCount) }

  /// The bytes of all lines that are now complete, with their newlines; empty if none is.
  mutating func append(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    partial += bytes
    if let newline = partial.lastIndex(of: UInt8(ascii: "\n")) {
      let lines = Array(partial[...newline])
      partial.removeFirst(newline + 1)
      return lines
    }
    return partial.count >= maximumByteCount ? takePartial() : []
  }

  /// Takes the rest without a newline: for when the stream or the prompt ends.
  mutating func takePartial() -> [UInt8] {
    defer { partial = [] }
    return partial
  }
}
