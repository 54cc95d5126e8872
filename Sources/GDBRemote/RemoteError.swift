/// What went wrong between this client and a stub.
public struct RemoteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of an error. New kinds may be added, so a `switch` over codes needs a `default`.
  public struct Code: Hashable, Sendable {
    private enum Storage: Hashable, Sendable {
      case connectionFailed, unknownHost, connectionClosed, timeout, noAnswer
      case stubError(Int?)
      case unsupported, protocolViolation, targetRunning, targetNotRunning, targetEnded
      case noSuchRegister, registerUnavailable, valueSize, memoryUnreadable, memoryUnwritable
      case writeIgnored, noSuchBreakpoint, physicalMemoryActive, requestTooLong
      case noSuchThread, replaying, cancelled
    }

    private let storage: Storage

    private init(_ storage: Storage) { self.storage = storage }

    /// The connection could not be made.
    public static var connectionFailed: Code { Code(.connectionFailed) }
    /// The host or port name has no address.
    public static var unknownHost: Code { Code(.unknownHost) }
    /// The connection ended, or this client ended it.
    public static var connectionClosed: Code { Code(.connectionClosed) }
    /// No answer came in time.
    public static var timeout: Code { Code(.timeout) }
    /// The very first request got no answer: the stub is busy with another client, or isn't a stub.
    public static var noAnswer: Code { Code(.noAnswer) }
    /// The stub answered with an error: its number for `Enn`, nil for `E.text`.
    public static func stubError(_ number: Int?) -> Code { Code(.stubError(number)) }
    /// The stub does not know the request.
    public static var unsupported: Code { Code(.unsupported) }
    /// The stub's answer is not valid.
    public static var protocolViolation: Code { Code(.protocolViolation) }
    /// The request needs a stopped target.
    public static var targetRunning: Code { Code(.targetRunning) }
    /// The request needs a running target.
    public static var targetNotRunning: Code { Code(.targetNotRunning) }
    /// The target has exited or was killed.
    public static var targetEnded: Code { Code(.targetEnded) }
    /// The target description has no such register.
    public static var noSuchRegister: Code { Code(.noSuchRegister) }
    /// The stub does not have the value of the register (`xx`).
    public static var registerUnavailable: Code { Code(.registerUnavailable) }
    /// The value does not have the width of the register.
    public static var valueSize: Code { Code(.valueSize) }
    /// Some of the memory cannot be read.
    public static var memoryUnreadable: Code { Code(.memoryUnreadable) }
    /// Some of the memory cannot be written.
    public static var memoryUnwritable: Code { Code(.memoryUnwritable) }
    /// The stub answered OK, but wrote nothing.
    public static var writeIgnored: Code { Code(.writeIgnored) }
    /// No such breakpoint was inserted.
    public static var noSuchBreakpoint: Code { Code(.noSuchBreakpoint) }
    /// The target cannot run while memory packets mean physical addresses.
    public static var physicalMemoryActive: Code { Code(.physicalMemoryActive) }
    /// The request is longer than the stub takes; some stubs drop such a packet without an answer.
    public static var requestTooLong: Code { Code(.requestTooLong) }

    /// The target has no such thread.
    public static var noSuchThread: Code { Code(.noSuchThread) }
    /// The target is a recording that is played back, and cannot be changed.
    public static var replaying: Code { Code(.replaying) }

    /// The caller no longer waits for the answer. If it still comes, it is dropped.
    public static var cancelled: Code { Code(.cancelled) }

    /// The number that the stub gave (`Enn`), if this is one of its errors.
    public var stubErrorNumber: Int? {
      if case .stubError(let number) = storage { number } else { nil }
    }

    /// Whether the stub itself answered with an error, with a number or with a text.
    public var isStubError: Bool {
      if case .stubError = storage { true } else { false }
    }
  }

  /// The kind of the error.
  public let code: Code

  /// A sentence without a full stop.
  public let description: String

  /// The stub's own error text, if it sent one.
  public let stubText: String?

  /// Creates an error with a code and the sentence that explains it.
  public init(_ code: Code, _ description: String, stubText: String? = nil) {
    self.code = code
    self.description = description
    self.stubText = stubText
  }

  /// The error for an answer that doesn't have the form that the manual gives.
  static func unexpected(_ payload: [UInt8], of request: String) -> RemoteError {
    let shown = String(decoding: payload.prefix(40), as: UTF8.self)
    return RemoteError(
      .protocolViolation, "the stub answered \(request) with something unexpected: \"\(shown)\"")
  }
}
