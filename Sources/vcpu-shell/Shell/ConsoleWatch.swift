/// What the guest has printed and no expectation has passed yet: whole lines, and the one that it is at.
///
/// A line that was passed is gone, so that `expect console` finds one after the other, as expect(1) does.
final class ConsoleWatch {
  /// Lines that are whole, the oldest first.
  private var lines: [String] = []
  /// Lines that no handler has seen, whether they were passed or not.
  private var unhandled: [String] = []
  private var isKeptForHandlers = false
  /// The line that the guest is at, and how much of it was passed.
  private var partial: [UInt8] = []
  private var passedInPartial = 0

  /// More lines than these are forgotten, the oldest first.
  static let lineLimit = 10_000
  private static let partialLimit = 1 << 16

  /// Takes what the guest has printed.
  func receive(_ bytes: [UInt8]) {
    for byte in bytes {
      if byte == UInt8(ascii: "\n") {
        endLine()
      } else if partial.count < Self.partialLimit {
        partial.append(byte)
      }
    }
    if lines.count > Self.lineLimit {
      let surplus = lines.count - Self.lineLimit
      lines.removeFirst(surplus)
    }
  }

  private func endLine() {
    if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
    let start = min(passedInPartial, partial.count)
    lines.append(String(decoding: partial[start...], as: UTF8.self))
    if isKeptForHandlers, unhandled.count < Self.lineLimit {
      unhandled.append(String(decoding: partial, as: UTF8.self))
    }
    partial = []
    passedInPartial = 0
  }

  /// A machine begins again: forgets what the last one has printed.
  func forget() {
    lines = []
    unhandled = []
    partial = []
    passedInPartial = 0
  }

  /// Passes the first line that matches, and those before it; nil where none does.
  func pass(_ pattern: ConsolePattern) -> String? {
    if let index = lines.firstIndex(where: { pattern.end(in: $0[...]) != nil }) {
      let line = lines[index]
      lines.removeFirst(index + 1)
      return line
    }
    let rest = String(decoding: partial[min(passedInPartial, partial.count)...], as: UTF8.self)
    guard let end = pattern.end(in: rest[...]) else { return nil }
    lines = []
    passedInPartial += rest[..<end].utf8.count
    return rest
  }

  /// Begins to keep lines for handlers: those of before are not theirs.
  func keepForHandlers() { isKeptForHandlers = true }

  /// Whether a whole line has come that a handler is for, and that none has seen.
  func hasLine(for handlers: Handlers) -> Bool {
    while let line = unhandled.first {
      if !handlers.bodies(for: line).isEmpty { return true }
      unhandled.removeFirst()
    }
    return false
  }

  /// Takes the next whole line that no handler has seen; nil where there is none.
  func nextForHandlers() -> String? {
    unhandled.isEmpty ? nil : unhandled.removeFirst()
  }
}
