import Foundation

/// The program of `Fixtures/program.c`, built once per run of the tests.
struct TestProgram {
  let path: String
  /// Addresses by name.
  let symbols: [String: UInt64]

  /// Why it isn't available.
  struct BuildFailure: Error, CustomStringConvertible {
    let description: String
  }

  static let shared = Result { try TestProgram() }

  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/program.c").path

  private init() throws {
    path =
      FileManager.default.temporaryDirectory
      .appending(path: "vcpu-program-\(UUID().uuidString)").path
    // Fixed addresses: the tests set breakpoints before the program runs.
    _ = try Self.output(
      of: "clang",
      ["-g", "-O0", "-pthread", "-no-pie", "-fno-pie", "-o", path, Self.source])
    var symbols: [String: UInt64] = [:]
    for line in try Self.output(of: "nm", [path]).split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count == 3, let address = UInt64(fields[0], radix: 16) {
        symbols[String(fields[2])] = address
      }
    }
    self.symbols = symbols
    let path = path
    // It is needed until the tests are over.
    atexitPaths.append(path)
    atexit { for path in atexitPaths { unlink(path) } }
  }

  private static func output(of program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    guard process.terminationStatus == 0 else {
      throw BuildFailure(description: "\(program) failed: \(text)")
    }
    return text
  }
}

nonisolated(unsafe) private var atexitPaths: [String] = []
