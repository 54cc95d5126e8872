import Foundation
import Glibc

@testable import vcpu_shell

/// An output that keeps everything printed.
final class OutputFixture {
  let output: Output
  private let printed: Printed

  private final class Printed {
    var text = ""
    var errors = ""
  }

  init(_ traits: OutputTraits = OutputTraits(), signals: Signals? = nil) {
    let printed = Printed()
    self.printed = printed
    output = Output(traits: traits, signals: signals) { bytes, stream in
      let text = String(decoding: bytes, as: UTF8.self)
      if stream == .error { printed.errors += text } else { printed.text += text }
      return .written
    }
  }

  /// Standard output.
  var text: String { printed.text }
  /// Standard error.
  var errors: String { printed.errors }
}

/// A folder that is removed with this object.
final class ScratchFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func text(of name: String) throws -> String {
    try String(contentsOfFile: path + "/" + name, encoding: .utf8)
  }
}
