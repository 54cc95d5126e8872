internal import GDBRemote

/// The recording of a session that `--rsp-log` asks for. `attach replay:FILE` plays it.
final class PacketLog {
  /// Called once, when a write to the file fails.
  var onFailure: (any Error) -> Void = { _ in }

  private let recorder: PacketRecorder

  init(path: String) throws {
    recorder = try PacketRecorder(path: path)
    recorder.onFailure = { [unowned self] in onFailure($0) }
  }

  /// Writes what was sent or received.
  func record(_ direction: LogDirection, _ bytes: [UInt8]) { recorder.record(direction, bytes) }
}
