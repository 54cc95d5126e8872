import Foundation
import GDBRemote

@testable import VCpuDebug

/// A small program with debug information, compiled once per run of the tests; its file's contents stand for its memory.
struct ProgramFixture {
  let path: String
  let elf: ELFHandle
  let types: ProgramTypes

  init(path: String) throws {
    self.path = path
    elf = try ELFHandle(path: path)
    guard let information = DebugInformation(elf: elf) else { throw NoDebugInformation() }
    types = ProgramTypes(information)
  }

  struct NoDebugInformation: Error {}

  /// The program can't be compiled; with the compiler's message.
  struct BuildFailure: Error, CustomStringConvertible {
    let description: String
  }

  /// A program's file, which every test opens for itself.
  struct Compiled: Sendable {
    let path: String
    func open() throws -> ProgramFixture { try ProgramFixture(path: path) }
  }

  // MARK: Values

  /// Variables without a frame.
  var scope: ValueScope { ValueScope(context: FileMemory(elf: elf)) }

  func global(_ name: String) throws -> ProgramValue {
    guard let variable = types.variable(named: name, at: nil) else { throw Missing(name: name) }
    return try variable.value(in: scope)
  }

  struct Missing: Error { let name: String }

  /// A variable as text.
  func text(_ name: String, letter: FormatLetter? = nil, isPretty: Bool = false) throws -> String {
    ValueText(isPretty: isPretty).text(ValueReader(letter: letter).node(try global(name)))
  }

  // MARK: Compiling

  /// Removed when the tests end.
  static let folder: URL = {
    atexit { try? FileManager.default.removeItem(at: ProgramFixture.folder) }
    return FileManager.default.temporaryDirectory
      .appendingPathComponent("vcpu-shell-values-\(ProcessInfo.processInfo.processIdentifier)")
  }()

  /// A C program for AArch64.
  static func c(
    _ source: String, name: String, flags: [String] = [], suffix: String = "c"
  ) throws -> Compiled {
    let output = folder.appendingPathComponent(name + ".elf").path
    let file = try write(source, name + "." + suffix)
    try run(
      ["clang", "--target=aarch64-none-elf", "-nostdlib", "-ffreestanding", "-fuse-ld=lld", "-g"]
        + flags + ["-Wl,--build-id=none", "-Wl,-e,entry", "-o", output, file])
    return Compiled(path: output)
  }

  static func write(_ text: String, _ name: String) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let url = folder.appendingPathComponent(name)
    try Data(text.utf8).write(to: url)
    return url.path
  }

  /// What a program prints.
  @discardableResult static func run(_ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let output = Pipe()
    let errors = folder.appendingPathComponent("errors-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardOutput = output
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BuildFailure(
        description: (try? String(contentsOf: errors, encoding: .utf8)) ?? "\(arguments)")
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Whether a program is installed.
  static func has(_ program: String) -> Bool {
    (try? run(["which", program])) != nil
  }
}

/// The contents of a file as memory, without registers.
struct FileMemory: LocationContext {
  let elf: ELFHandle
  var slide: UInt64 = 0
  /// Memory that the file doesn't have.
  struct Unreadable: Error {}

  func register(_ number: Int) -> UInt64? { nil }

  func memory(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    if let bytes = elf.contents(at: address, byteCount: byteCount), bytes.count == byteCount {
      return bytes
    }
    // `.bss` isn't in the file.
    for segment in try elf.loadSegments(path: "") {
      let start = segment.virtualAddress
      guard address >= start, address - start < segment.memoryByteCount,
        UInt64(byteCount) <= segment.memoryByteCount - (address - start)
      else { continue }
      return (0..<UInt64(byteCount)).map { index in
        let offset = address - start + index
        return offset < UInt64(segment.bytes.count) ? segment.bytes[Int(offset)] : 0
      }
    }
    throw Unreadable()
  }
}
