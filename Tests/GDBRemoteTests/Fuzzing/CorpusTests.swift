import Foundation
import Testing

/// Replays the interesting inputs that fuzzing found: each reaches code that no other does, or once
/// made the library fail.
struct CorpusTests {
  /// One for each target, so that a finding names its target.
  @Test(arguments: FuzzTarget.all.map(\.name))
  func keepsWhatHolds(target name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let inputs = try CorpusTests.inputs(of: name)
    #expect(inputs.count >= 3)
    for input in inputs {
      let bytes = try [UInt8](Data(contentsOf: input))
      #expect(throws: Never.self, "\(name)/\(input.lastPathComponent)") { try target.check(bytes) }
    }
  }

  /// The scripts of the session target lead to a working session, as intended.
  @Test(arguments: ["qemu-registers", "qemu-memory", "qemu-running", "qemu-threads"])
  func scriptsAreFollowed(name: String) throws {
    let inputs = try CorpusTests.inputs(of: "session")
    let input = try #require(inputs.first { $0.lastPathComponent == name })
    let bytes = try [UInt8](Data(contentsOf: input))
    let calls = bytes.prefix { $0 != 0x0a }
    let run = try SessionRun(bytes)
    #expect(run.failures == [], "of \(String(decoding: calls, as: UTF8.self))")
    #expect(run.callCount == calls.count)
  }

  /// The oracles can fail, and the reference decoder follows the rules.
  @Test func oraclesSpeakUp() throws {
    #expect(throws: OracleFailure.self) { try require(false, "what") }
    #expect(throws: OracleFailure.self) { try requireEqual(1, 2, "numbers") }
    var decoder = PlainDecoder(payloadLimit: 2)
    for byte in "$abc+#00-%OK#00$OK#9a$a*#8b$OK#zz+".utf8 { decoder.take(byte) }
    #expect(
      decoder.frames == [
        .damaged, .rejection, .packet(Array("OK".utf8)), .damaged, .damaged, .acknowledgement,
      ])
    #expect(decoder.discardedByteCount == "+#00%OK#00zz".utf8.count)
  }

  private static func inputs(of target: String) throws -> [URL] {
    let folder = Bundle.module.bundleURL.appending(path: "Corpus/\(target)")
    return try FileManager.default
      .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .sorted { $0.path < $1.path }
  }
}
