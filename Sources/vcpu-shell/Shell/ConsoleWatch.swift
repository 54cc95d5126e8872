/// What the guest has printed and no expectation has passed yet: whole lines, and the current line.
///
/// Passed lines are removed, so that `expect console` finds one line after the other, as expect(1) does.
final class ConsoleWatch {
  /// Whole lines, the oldest first.
  private var lines: [String] = []
  /// Lines that the handlers haven't seen, whether they were passed or not.
  private var unhandled: [String] = []
  private var isKeptForHandlers = false
  /// The guest's current line, and how much of it was passed.
  private var partial: [UInt8] = []
  private var passedInPartial = 0

  /// The maximum number of lines; beyond that, the oldest are dropped.
  static let lineLimit = 10_000
  private static let partialLimit = 1 << 16

  /// Adds what the guest has printed.
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

  /// Forgets what the last machine has printed, as a new one begins.
  func forget() {
    lines = []
    unhandled = []
    partial = []
    passedInPartial = 0
  }

  /// Passes the first line that matches, and those before it; nil if none does.
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

  /// Begins to keep lines for handlers, which don't get earlier lines.
  func keepForHandlers() { isKeptForHandlers = true }

  /// Whether a whole line has come that has a handler, and that the handlers haven't seen.
  func hasLine(for handlers: Handlers) -> Bool {
    while let line = unhandled.first {
      if !handlers.bodies(for: line).isEmpty { return true }
      unhandled.removeFirst()
    }
    return false
  }

  /// Takes the next whole line that the handlers haven't seen; nil if there is none.
  func nextForHandlers() -> String? {
    unhandled.isEmpty ? nil : unhandled.removeFirst()
  }
}
