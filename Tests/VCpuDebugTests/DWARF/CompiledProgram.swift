import Foundation

@testable import VCpuDebug

/// A program for AArch64, made once per run of the tests with the toolchain's clang and lld.
struct CompiledProgram {
  let path: String
  let file: SymbolFile
  let module: Module

  /// The program can't be made; with clang's message.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - name: the name of the source file, without a folder.
  ///   - flags: clang's.
  init(_ name: String, _ source: String, _ flags: [String]) throws {
    let folder = try Self.folder(with: source, named: name)
    path = folder.appendingPathComponent("program.elf").path
    try Self.run(
      ["clang", "--target=aarch64-none-elf", "-nostdlib", "-ffreestanding", "-fuse-ld=lld", "-g"]
        + flags + [
          "-Wl,-e,start", "-Wl,-Ttext=0x40080000", "-Wl,--build-id=none", "-o", path, name,
        ],
      in: folder)
    file = try SymbolFile(path: path)
    module = Module(file, in: .plain)
  }

  /// Compiles a file without linking it, and returns the path of the object file.
  static func object(
    _ name: String, _ source: String, _ flags: [String], target: String = "aarch64-none-elf"
  ) throws -> String {
    let folder = try folder(with: source, named: name)
    let path = folder.appendingPathComponent("object.o").path
    try run(
      ["clang", "--target=\(target)", "-ffreestanding", "-g", "-c"] + flags + ["-o", path, name],
      in: folder)
    return path
  }

  private static func folder(with source: String, named name: String) throws -> URL {
    let folder = folder.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(source.utf8).write(to: folder.appendingPathComponent(name))
    return folder
  }

  /// Removed when the tests end.
  private static let folder: URL = {
    atexit { try? FileManager.default.removeItem(at: CompiledProgram.folder) }
    return FileManager.default.temporaryDirectory
      .appendingPathComponent("vcpu-shell-programs-\(ProcessInfo.processInfo.processIdentifier)")
  }()

  private static func run(_ arguments: [String], in folder: URL) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(description: String(decoding: text, as: UTF8.self))
    }
  }

  /// The first line of the source that has a text, from 1.
  static func line(of text: String, in source: String) -> Int {
    (source.split(separator: "\n", omittingEmptySubsequences: false).firstIndex {
      $0.contains(text)
    } ?? -1) + 1
  }
}
