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
    let bytes = Array(raw.utf8)
    #expect(
      RunLength.expand(bytes, from: 0, to: bytes.count, limit: 1000) == Array(expanded.utf8))
  }

  @Test(arguments: ["* ", "a*", "a*\u{1f}", "a*\u{7f}", "a}"])
  func refusesMalformedRuns(raw: String) {
    let bytes = Array(raw.utf8)
    #expect(RunLength.expand(bytes, from: 0, to: bytes.count, limit: 1000) == nil)
  }

  @Test func refusesRunsBeyondTheLimit() {
    let bytes = Array("a*~*~".utf8)
    #expect(RunLength.expand(bytes, from: 0, to: bytes.count, limit: 150) == nil)
    #expect(RunLength.expand(bytes, from: 0, to: bytes.count, limit: 200)?.count == 195)
  }
}

struct PacketDecoderTests {
  @Test func findsEveryKindOfFrame() {
    #expect(
      verifyDecoding("+$OK#9a-%Stop:T05#99$#00") == [
        .acknowledgement, .packet(Array("OK".utf8)), .rejection,
        .notification(Array("Stop:T05".utf8)), .packet([]),
      ])
  }

  @Test func skipsGarbage() {
    #expect(
      verifyDecoding("hello\u{0}\u{ff}$OK#9aworld$OK#9A") == [
        .packet([0x4f, 0x4b]), .packet([0x4f, 0x4b]),
      ])
  }

  @Test func startsAnewInsideAnInterruptedPacket() {
    #expect(verifyDecoding("$m123$OK#9a") == [.packet([0x4f, 0x4b])])
  }

  @Test func reportsDamage() {
    #expect(verifyDecoding("$OK#9b$OK#9a") == [.damaged, .packet([0x4f, 0x4b])])
    #expect(verifyDecoding("$a*#8b$OK#9a") == [.damaged, .packet([0x4f, 0x4b])])
  }

  @Test func findsThePacketInAChecksum() {
    #expect(verifyDecoding("$OK#$OK#9a") == [.damaged, .packet([0x4f, 0x4b])])
    #expect(verifyDecoding("$OK#9$OK#9a") == [.damaged, .packet([0x4f, 0x4b])])
  }

  @Test func forgetsAnEndlessPacket() {
    let stream = Array("$".utf8) + [UInt8](repeating: 0x61, count: 5000) + Array("$OK#9a".utf8)
    #expect(verifyDecoding(stream, limit: 1000) == [.damaged, .packet([0x4f, 0x4b])])
    var decoder = PacketDecoder(payloadLimit: 1000)
    for _ in 0..<100 {
      decoder.append(stream.prefix(3000))
      while decoder.next() != nil {}
    }
    #expect(decoder.bufferedByteCount <= 3000)
  }

  @Test func keepsNothingThatWasRead() {
    var decoder = PacketDecoder()
    var count = 0
    for _ in 0..<10_000 {
      decoder.append(Array("+$0123456789#0d$0".utf8.dropLast(2)))
      while decoder.next() != nil { count += 1 }
    }
    #expect(count == 20_000)
    #expect(decoder.bufferedByteCount == 0)
  }

  /// No stream makes the decoder trap, and however it is cut the frames are the same.
  @Test func survivesNoise() {
    let alphabet = Array("$%#+-}*0123456789abcdefTSOK:;,~".utf8)
    var generator = SplitMix64(state: 2)
    var packetCount = 0
    for _ in 0..<300 {
      let stream = (0..<200).flatMap { _ -> [UInt8] in
        Int.random(in: 0..<40, using: &generator) == 0
          ? PacketEncoder.frame(Array("m12,4".utf8))
          : [alphabet.randomElement(using: &generator)!]
      }
      packetCount += verifyDecoding(stream, limit: 64).count { $0 == .packet(Array("m12,4".utf8)) }
    }
    #expect(packetCount > 500)
  }
}
