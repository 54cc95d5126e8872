import Testing

@testable import GDBRemote

struct PacketCodingTests {
  /// GDB manual, Overview: the checksum of the payload, modulo 256.
  @Test(arguments: [
    ("", "$#00"), ("g", "$g#67"), ("OK", "$OK#9a"), ("m0,10", "$m0,10#2a"), ("?", "$?#3f"),
  ])
  func frames(payload: String, framed: String) {
    #expect(PacketEncoder.frame(Array(payload.utf8)) == Array(framed.utf8))
  }

  @Test func escapesWhatFramingUses() {
    let payload = Array("a#b$c}d*e".utf8)
    let framed = PacketEncoder.frame(payload)
    #expect(framed.starts(with: Array("$a}\u{3}b}\u{4}c}]d}\u{a}e#".utf8)))
    #expect(PacketEncoder.escapedByteCount(of: payload) == payload.count + 4)
    #expect(verifyDecoding(framed) == [.packet(payload)])
  }

  @Test func anyPayloadSurvives() {
    var generator = SplitMix64(state: 1)
    for _ in 0..<200 {
      let count = Int.random(in: 0...300, using: &generator)
      let payload = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(verifyDecoding(PacketEncoder.frame(payload)) == [.packet(payload)])
    }
  }

  /// GDB manual, Overview: "0* " means "0000".
  @Test(arguments: [
    ("0* ", "0000"), ("ab*!c", "abbbbbc"), ("x*~", String(repeating: "x", count: 98)),
    ("0* 0* ", "00000000"), ("}\u{3}* ", "####"),
  ])
  func expandsRuns(raw: String, expanded: String) {
    #expect(expansion(of: raw, limit: 1000) == Array(expanded.utf8))
  }

  @Test(arguments: ["* ", "a*", "a*\u{1f}", "a*\u{7f}", "a}"])
  func refusesMalformedRuns(raw: String) {
    #expect(expansion(of: raw, limit: 1000) == nil)
  }

  @Test func refusesRunsBeyondTheLimit() {
    #expect(expansion(of: "a*~*~", limit: 194) == nil)
    #expect(expansion(of: "a*~*~", limit: 195)?.count == 195)
    #expect(expansion(of: "abc", limit: 2) == nil)
    #expect(expansion(of: "a}]b", limit: 2) == nil)
    #expect(expansion(of: "a}]", limit: 2) == Array("a}".utf8))
  }

  /// Earlier bytes in the array aren't part of the payload: their end isn't repeated, and the limit
  /// doesn't count them.
  @Test func expandsAfterWhatIsThere() {
    var output = Array("abc".utf8)
    #expect(RunLength.append(expanding: Array("x* ".utf8).span, to: &output, limit: 4))
    #expect(output == Array("abcxxxx".utf8))
    #expect(!RunLength.append(expanding: Array("* ".utf8).span, to: &output, limit: 4))
  }

  private func expansion(of raw: String, limit: Int) -> [UInt8]? {
    var output: [UInt8] = []
    let isExpanded = RunLength.append(expanding: Array(raw.utf8).span, to: &output, limit: limit)
    return isExpanded ? output : nil
  }

  @Test func framesNotifications() {
    var output = Array("+".utf8)
    PacketEncoder.appendNotification(Array("Stop:T05".utf8), to: &output)
    #expect(output == Array("+%Stop:T05#99".utf8))
  }
}
