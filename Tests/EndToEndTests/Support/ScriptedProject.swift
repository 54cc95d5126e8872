import Foundation

/// A small project in its own folder, for the scripts that check the real one.
struct ScriptedProject {
  private let folder: TemporaryFolder

  /// - Parameter files: their texts by their paths in the project.
  init(_ files: [String: String]) throws {
    folder = try TemporaryFolder()
    try write(files)
  }

  /// Writes files, replacing existing ones.
  func write(_ files: [String: String]) throws {
    for (path, text) in files {
      let parent = URL(fileURLWithPath: folder.path + "/" + path).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
      _ = try folder.file(path, text)
    }
  }

  /// The result of running a script of `scripts/` on the project.
  func check(_ script: String) throws -> Check { try Check(script, of: folder.path) }

  /// A run of a script that checks a project.
  struct Check {
    /// Its output, on standard output and standard error.
    let text: String
    let status: Int32

    /// - Parameter folder: the project; the real one by default.
    init(_ script: String, of folder: String = Built.package.path) throws {
      let process = Process()
      let output = Pipe()
      process.executableURL = URL(fileURLWithPath: Built.file("scripts/\(script)"))
      process.arguments = [folder]
      process.standardOutput = output
      process.standardError = output
      try process.run()
      text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      status = process.terminationStatus
    }
  }
}
