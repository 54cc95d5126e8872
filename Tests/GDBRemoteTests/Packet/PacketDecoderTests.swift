import CAllocationCounter
import Testing

@testable import GDBRemote

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

  /// Bytes of a payload are never acknowledgements, even if it is too long.
  @Test func readsNothingIntoTheRestOfALongPacket() {
    let long = String(repeating: "+-%", count: 40)
    #expect(
      verifyDecoding("$\(long)#00+$OK#9a", limit: 64)
        == [.damaged, .acknowledgement, .packet([0x4f, 0x4b])])
    #expect(verifyDecoding("$\(long)$OK#9a", limit: 64) == [.damaged, .packet([0x4f, 0x4b])])
    #expect(
      verifyDecoding("%\(long)#00-$OK#9a", limit: 64) == [.rejection, .packet([0x4f, 0x4b])])
  }

  @Test func acceptsPayloadsUpToTheLimit() {
    for count in 60...64 {
      let payload = [UInt8](repeating: 0x61, count: count)
      let frames = verifyDecoding(PacketEncoder.frame(payload), limit: 62)
      #expect(frames == [count <= 62 ? .packet(payload) : .damaged])
    }
    #expect(verifyDecoding("$#00$a#61", limit: 0) == [.packet([]), .damaged])
    #expect(verifyDecoding("$OK#9a", limit: .max) == [.packet([0x4f, 0x4b])])
  }

  /// GDB manual, Notification Packets: a damaged one can't be requested again, so it must not look
  /// like a damaged packet, which the client would reject.
  @Test func skipsDamagedNotifications() {
    for damaged in ["%Stop:T05#98", "%Stop:T05#zz", "%a*#8b"] {
      var decoder = PacketDecoder()
      decoder.append(Array("\(damaged)$OK#9a".utf8))
      #expect(decoder.next() == .packet([0x4f, 0x4b]))
      #expect(decoder.next() == nil)
      #expect(decoder.discardedByteCount == damaged.utf8.count)
    }
  }

  @Test func replacesWhatIsInThePayload() {
    var decoder = PacketDecoder()
    decoder.append(PacketEncoder.frame(Array("first".utf8)) + Array("$a#00+$OK#9a$}".utf8))
    var payload = Array("old".utf8)
    var kinds: [FrameKind] = []
    var payloads: [[UInt8]] = []
    while let kind = decoder.next(into: &payload) {
      kinds.append(kind)
      payloads.append(payload)
    }
    #expect(kinds == [.packet, .damaged, .acknowledgement, .packet])
    #expect(payloads == [Array("first".utf8), [], [], Array("OK".utf8)])
    #expect(payload.isEmpty)
  }

  @Test func givesTheMemoryOfABurstBack() {
    var decoder = PacketDecoder(payloadLimit: 1000)
    decoder.append([UInt8](repeating: 0x61, count: 1 << 20))
    #expect(decoder.bufferedByteCount == 1 << 20)
    #expect(decoder.next() == nil)
    #expect(decoder.bufferedByteCount == 0)
    #expect(decoder.discardedByteCount == 1 << 20)
  }

  /// Half a packet is always left, so the buffer is never empty: what was read must be dropped all the
  /// same.
  @Test func keepsLittleOfAStreamThatNeverPauses() {
    var decoder = PacketDecoder()
    decoder.append(Array("$".utf8))
    for _ in 0..<10_000 {
      decoder.append(Array("OK#9a+$".utf8))
      while decoder.next() != nil {}
      #expect(decoder.bufferedByteCount <= 16)
    }
  }

  /// Once its array is large enough, encoding and decoding a packet allocate no memory.
  @Test func takesNoMemoryForAPacket() {
    let payloads = [
      "OK", "T05thread:p01.01;", String(repeating: "0123456789abcdef", count: 64), "#$}*",
    ]
    .map { Array($0.utf8) }
    var decoder = PacketDecoder()
    var stream: [UInt8] = []
    var payload: [UInt8] = []
    var count = 0
    func exchange() {
      stream.removeAll(keepingCapacity: true)
      // By index: in a debug build the iterator takes memory for each element.
      for index in payloads.indices { PacketEncoder.append(payloads[index], to: &stream) }
      decoder.append(stream)
      decoder.append(stream)
      while decoder.next(into: &payload) != nil { count += 1 }
    }
    exchange()
    let before = allocation_count()
    for _ in 0..<100 { exchange() }
    #expect(allocation_count() == before)
    #expect(count == 101 * 2 * payloads.count)
    // The counter counts: a frame of its own takes memory.
    decoder.append(stream)
    while decoder.next() != nil {}
    #expect(allocation_count() > before)
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

  /// No stream makes the decoder trap, and however it is split the frames are the same.
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
