internal import GDBRemote
internal import Glibc

/// The packets of a session in a file: `->` to the stub, `<-` from it, with the seconds since the start.
@safe final class PacketLog {
  private let file: UnsafeMutablePointer<FILE>
  private let path: String
  private var hasFailed = false
  /// Told once when the file cannot be written any more.
  var onFailure: (ShellError) -> Void = { _ in }
  private let start = ContinuousClock.now

  init(path: String) throws {
    guard let opened = unsafe fopen(path, "w") else {
      throw ShellError.cannotWrite("the packets", to: path)
    }
    unsafe file = opened
    self.path = path
  }

  deinit { unsafe fclose(file) }

  /// Writes a line for what was sent or received. Bytes that are no text are written as `\xNN`.
  func record(_ direction: LogDirection, _ bytes: [UInt8]) {
    let (seconds, attoseconds) = start.duration(to: .now).components
    let fraction = String(attoseconds / 1_000_000_000_000 + 1_000_000).dropFirst()
    var line = Array("\(seconds).\(fraction) \(direction == .sent ? "->" : "<-") ".utf8)
    for byte in bytes {
      if (0x20..<0x7f).contains(byte), byte != UInt8(ascii: "\\") {
        line.append(byte)
      } else {
        line += Array("\\x".utf8) + Array(String(UInt16(byte) + 0x100, radix: 16).dropFirst().utf8)
      }
    }
    line.append(UInt8(ascii: "\n"))
    let written = unsafe fwrite(line, 1, line.count, file)
    let isFlushed = unsafe fflush(file) == 0
    guard written < line.count || !isFlushed, !hasFailed else { return }
    hasFailed = true
    onFailure(.cannotWrite("the packets", to: path))
  }
}
