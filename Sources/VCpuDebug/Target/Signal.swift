/// A signal as a stub reports it.
///
/// GDB's protocol has its own numbers (GDB's "gdb/signals.def"), which match the system's up to SIGTRAP and for a
/// few others. LLDB's server sends the system's numbers, and announces that with `native-signals`.
public struct Signal: Equatable, Sendable, CustomStringConvertible {
  /// The number in packets.
  public let number: UInt8
  private let name: String?

  /// Creates the signal with a number in packets.
  ///
  /// - Parameter isNative: whether the stub sends Linux's numbers rather than GDB's.
  public init(_ number: UInt8, isNative: Bool) {
    self.number = number
    let names = isNative ? Self.linuxNames : Self.gdbNames
    name = names.indices.contains(Int(number)) && number > 0 ? names[Int(number)] : nil
  }

  /// Creates the signal with a name: `SIGUSR1` or `usr1`.
  ///
  /// - Parameter isNative: whether it is for a stub that wants Linux's numbers.
  public init?(named text: String, isNative: Bool) {
    let upper = text.uppercased()
    let wanted = upper.hasPrefix("SIG") ? String(upper.dropFirst(3)) : upper
    let names = isNative ? Self.linuxNames : Self.gdbNames
    guard let index = names.indices.dropFirst().first(where: { names[$0] == wanted }) else {
      return nil
    }
    self.init(UInt8(index), isNative: isNative)
  }

  /// The names of all signals, such as `SIGUSR1`.
  ///
  /// - Parameter isNative: whether they are those of Linux rather than GDB's.
  public static func names(isNative: Bool) -> [String] {
    (isNative ? linuxNames : gdbNames).dropFirst().map { "SIG" + $0 }
  }

  /// `SIGUSR1`, or `signal 99` for one without a name.
  public var description: String { name.map { "SIG" + $0 } ?? "signal \(number)" }

  /// Whether a program handles it by itself, so that GDB doesn't stop for it: "handle" in the GDB manual,
  /// Signals.
  public var isQuiet: Bool { name.map { Self.quietNames.contains($0) } ?? false }

  private static let quietNames: Set<String> = [
    "ALRM", "URG", "IO", "VTALRM", "PROF", "CHLD", "WINCH", "POLL", "WAITING", "LWP", "PRIO",
    "CANCEL",
  ]

  /// Whether it is meant for the debugger, so that the program should not get it.
  public var isDebuggers: Bool { name == "TRAP" || name == "INT" || name == "STOP" || number == 0 }

  private static let gdbNames: [String] = {
    let first = """
      HUP INT QUIT ILL TRAP ABRT EMT FPE KILL BUS SEGV SYS PIPE ALRM TERM URG STOP TSTP CONT CHLD TTIN TTOU IO XCPU \
      XFSZ VTALRM PROF WINCH LOST USR1 USR2 PWR POLL WIND PHONE WAITING LWP DANGER GRANT RETRACT MSG SOUND SAK PRIO
      """
    // Real-time signals, in the order in which they were added to GDB.
    return ["0"] + words(first) + numbers(33...63) + ["CANCEL", "32"] + numbers(64...127)
  }()

  private static let linuxNames: [String] = {
    let first = """
      HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG \
      XCPU XFSZ VTALRM PROF WINCH IO PWR SYS
      """
    return ["0"] + words(first) + numbers(32...64)
  }()

  private static func words(_ text: String) -> [String] {
    text.split(separator: " ").map(String.init)
  }

  private static func numbers(_ range: ClosedRange<Int>) -> [String] { range.map { "\($0)" } }
}
