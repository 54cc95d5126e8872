internal import GDBRemote
internal import VCpuDebug

extension ErrorCode {
  /// The code that programs get for `error`.
  init(of error: any Error) {
    self =
      switch error {
      case let error as ScriptError: ErrorCode(of: error.underlying)
      case let error as RemoteError: ErrorCode(of: error)
      case let error as DebugError: ErrorCode(of: error)
      case is AssertionFailure: .assertionFailed
      case is ExpressionFailure, is ExpressionError, is FormatSpecError: .badExpression
      case is Interrupted: .interrupted
      case is StillRunning: .notStopped
      case let error as StopNotSeen: error.code
      case is NotRunning: .notRunning
      case is TargetLost: .targetLost
      case is TimedOut: .timeout
      case is LaunchError: .launchFailed
      case is SymbolFileError: .badSymbolFile
      case is OutputError: .outputFailed
      default: .commandFailed
      }
  }

  private init(of error: RemoteError) {
    self =
      switch error.code {
      case .connectionFailed, .unknownHost, .connectionClosed, .noAnswer, .protocolViolation:
        .targetLost
      case .timeout: .timeout
      case .cancelled: .interrupted
      case .targetRunning: .targetRunning
      case .targetEnded: .targetEnded
      case .noSuchRegister, .registerUnavailable: .noSuchRegister
      case .memoryUnreadable, .memoryUnwritable: .memoryInaccessible
      case .writeIgnored, .replaying: .readOnly
      case .noSuchThread: .noSuchThread
      default: error.code.isStubError ? .stubRefused : .commandFailed
      }
  }

  private init(of error: DebugError) {
    self =
      switch error {
      case .running: .targetRunning
      case .ended, .halted: .targetEnded
      case .detached: .detached
      case .notAtExit: .notAtExit
      case .noHypervisor: .noHypervisor
      case .unmapped: .memoryInaccessible
      case .readOnly: .readOnly
      case .noFrame, .noFrameOf: .noFrame
      case .noSourceFile, .noSource: .noSource
      case .ambiguousName: .ambiguousName
      case .noSuchBreakpoint: .noSuchBreakpoint
      case .noSuchThread: .noSuchThread
      case .refused: .refused
      default: .commandFailed
      }
  }
}
