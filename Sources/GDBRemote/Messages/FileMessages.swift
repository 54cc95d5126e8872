// The `vFile` packets, with which a client accesses files on the stub's system.
//
// Source: GDB manual, Host I/O Packets.

extension Command {
  /// Chooses the file system in which names are looked up: a process's, or with 0 the stub's.
  static func setFileSystem(process: Int) -> Command {
    Command("vFile:setfs:").appending(hex: UInt64(process))
  }

  /// Opens a file. `flags` and `mode` are those of the File-I/O protocol.
  static func openFile(_ path: String, flags: Int, mode: Int) -> Command {
    Command("vFile:open:").appending(hex: Array(path.utf8)).appending(",")
      .appending(hex: UInt64(flags)).appending(",").appending(hex: UInt64(mode))
  }

  /// Reads a part of a file.
  static func readFile(_ descriptor: UInt64, byteCount: Int, offset: Int) -> Command {
    Command("vFile:pread:", expecting: .binary).appending(hex: descriptor).appending(",")
      .appending(hex: UInt64(byteCount)).appending(",").appending(hex: UInt64(offset))
  }

  /// Writes a part of a file.
  static func writeFile(_ descriptor: UInt64, offset: Int, _ bytes: [UInt8]) -> Command {
    Command("vFile:pwrite:").appending(hex: descriptor).appending(",")
      .appending(hex: UInt64(offset)).appending(",").appending(bytes)
  }

  /// Closes a file.
  static func closeFile(_ descriptor: UInt64) -> Command {
    Command("vFile:close:").appending(hex: descriptor)
  }

  /// Deletes a file.
  static func deleteFile(_ path: String) -> Command {
    Command("vFile:unlink:").appending(hex: Array(path.utf8))
  }

  /// Reads a symbolic link's target.
  static func readLink(_ path: String) -> Command {
    Command("vFile:readlink:", expecting: .binary).appending(hex: Array(path.utf8))
  }
}

/// The answer to `vFile`: `F result [, errno] [; attachment]`.
struct FileReply: Equatable {
  var result: UInt64
  var attachment: [UInt8]

  /// Reads the answer to `request`, and throws the error that it reports.
  init(_ payload: [UInt8], of request: String) throws(RemoteError) {
    if let error = StandardReply(payload).error(of: request) { throw error }
    guard payload.first == UInt8(ascii: "F") else { throw .unexpected(payload, of: request) }
    let semicolon = payload.firstIndex(of: UInt8(ascii: ";"))
    let numbers = payload[1..<(semicolon ?? payload.endIndex)]
      .split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard let first = numbers.first else { throw .unexpected(payload, of: request) }
    if first.first == UInt8(ascii: "-") {
      let number = numbers.count > 1 ? Hex.number(numbers[1]).flatMap { Int(exactly: $0) } : nil
      throw RemoteError(
        .stubError(number), "\(request) failed: \(FileReply.text(of: number))")
    }
    guard let result = Hex.number(first) else { throw .unexpected(payload, of: request) }
    self.result = result
    attachment = semicolon.map { Array(payload[($0 + 1)...]) } ?? []
  }

  /// The errors of the File-I/O protocol, which has its own numbers.
  private static let errors = [
    1: "operation not permitted", 2: "no such file or folder", 4: "interrupted",
    9: "bad file number", 13: "permission denied", 14: "bad address", 16: "device or resource busy",
    17: "the file exists", 19: "no such device", 20: "not a folder", 21: "it is a folder",
    22: "invalid argument", 23: "too many files in the system", 24: "too many open files",
    27: "the file is too large", 28: "no space left", 29: "illegal seek",
    30: "read-only file system", 91: "the name is too long",
  ]

  private static func text(of number: Int?) -> String {
    guard let number else { return "the stub does not say why" }
    return errors[number] ?? "error \(number)"
  }
}
