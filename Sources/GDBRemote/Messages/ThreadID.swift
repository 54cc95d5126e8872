/// A thread of the target; with a machine emulator, a CPU.
///
/// Source: GDB manual, Packets ("thread-id"): `TID` or `pPID.TID`, in hexadecimal, where -1 means
/// all and 0 means any.
public struct ThreadID: Hashable, Sendable, CustomStringConvertible {
  /// The process, or nil for the form without one. -1 is all, 0 is any.
  public let process: Int?

  /// The thread. -1 is all, 0 is any.
  public let thread: Int

  /// Creates the identifier of a thread, with the process if the stub distinguishes processes.
  public init(process: Int? = nil, thread: Int) {
    self.process = process
    self.thread = thread
  }

  /// Reads `1`, `-1`, `p1.2`, `p01.01` or `p1`, which is all threads of a process.
  public init?(parsing text: some Collection<UInt8>) {
    if text.first == UInt8(ascii: "p") {
      let parts = text.dropFirst().split(
        separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
      guard let process = ThreadID.number(parts[0]) else { return nil }
      guard parts.count == 2 else {
        self.init(process: process, thread: -1)
        return
      }
      guard let thread = ThreadID.number(parts[1]) else { return nil }
      self.init(process: process, thread: thread)
    } else {
      guard let thread = ThreadID.number(text) else { return nil }
      self.init(thread: thread)
    }
  }

  /// Every thread of every process.
  public static var all: ThreadID { ThreadID(thread: -1) }

  /// Any thread: the stub picks one.
  public static var any: ThreadID { ThreadID(thread: 0) }

  /// Whether it names a single thread, rather than any or all.
  public var isOne: Bool { thread > 0 }

  /// The form that packets carry.
  public var description: String {
    guard let process else { return ThreadID.text(thread) }
    return "p\(ThreadID.text(process)).\(ThreadID.text(thread))"
  }

  /// Whether both mean the same thread. A missing process means process 1, as in QEMU.
  func isSame(as other: ThreadID) -> Bool {
    thread == other.thread && (process ?? 1) == (other.process ?? 1)
  }

  private static func text(_ number: Int) -> String {
    number < 0 ? "-1" : String(number, radix: 16)
  }

  private static func number(_ text: some Collection<UInt8>) -> Int? {
    if text.elementsEqual("-1".utf8) { return -1 }
    return Hex.number(text).flatMap { Int(exactly: $0) }
  }
}
