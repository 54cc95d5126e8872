import Foundation
import Testing

@testable import vcpu_shell

/// Replays the scripts that fuzzing kept: each reaches code that no other does, or once made the parser fail.
@Suite struct StatementCorpusTests {
  @Test func keepsWhatHolds() throws {
    let folder = Bundle.module.bundleURL.appending(path: "Corpus/statement")
    let inputs = try FileManager.default
      .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(inputs.count >= 3)
    for input in inputs {
      let bytes = try [UInt8](Data(contentsOf: input))
      #expect(throws: Never.self, "\(input.lastPathComponent)") { try StatementTarget.check(bytes) }
    }
  }

  /// The oracles can fail.
  @Test func oraclesSpeakUp() throws {
    #expect(throws: OracleFailure.self) { try require(false, "what") }
    #expect(throws: OracleFailure.self) { try requireEqual(1, 2, "numbers") }
    #expect(throws: OracleFailure.self) {
      try accepted("what") { throw ShellError("") }
    }
    #expect(try accepted("what") { throw ShellError("words") } == nil)
  }
}
