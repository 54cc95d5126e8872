import GDBRemote

/// Packets and digits, in protocol bytes per second.
enum CodecBenchmark {
  /// The number of bytes in one run.
  private static let byteCount = 16 << 20

  static func run() {
    decode("packets, decoded", Payloads.mixture, bar: 500)
    decode("packets, decoded: 4 KiB of digits", [Payloads.memory])
    decode("packets, decoded: 4 KiB of any bytes", [Payloads.binary])
    decode("packets, decoded: nothing but escapes", [Payloads.escapes])
    decode("packets, decoded: + and OK", [Payloads.ok])
    encode("packets, encoded", Payloads.mixture, bar: 500)
    encode("packets, encoded: nothing but escapes", [Payloads.escapes])
    encode("packets, encoded: OK", [Payloads.ok])
    digits()
  }

  /// Decodes a stream as a socket delivers it, in pieces that end anywhere, into an array of the
  /// caller's.
  private static func decode(_ name: String, _ payloads: [[UInt8]], bar: Int? = nil) {
    var packets: [UInt8] = []
    for payload in payloads {
      packets.append(UInt8(ascii: "+"))
      PacketEncoder.append(payload, to: &packets)
    }
    let roundCount = max(byteCount / packets.count, 1)
    let stream = Array(repeatElement(packets, count: roundCount).joined())
    let pieces = stride(from: 0, to: stream.count, by: 1 << 14).map {
      Array(stream[$0..<min($0 + 1 << 14, stream.count)])
    }
    var decoder = PacketDecoder()
    var payload: [UInt8] = []
    payload.reserveCapacity(1 << 14)
    var payloadByteCount = 0
    let measurement = Measurement {
      payloadByteCount = 0
      for piece in pieces {
        decoder.append(piece)
        while decoder.next(into: &payload) != nil { payloadByteCount += payload.count }
      }
    }
    precondition(payloadByteCount == roundCount * payloads.reduce(0) { $0 + $1.count })
    precondition(decoder.discardedByteCount == 0)
    measurement.printRate(name, byteCount: stream.count, bar: bar)
    if bar != nil { measurement.printAllocations(name) }
  }

  private static func encode(_ name: String, _ payloads: [[UInt8]], bar: Int? = nil) {
    var output: [UInt8] = []
    for payload in payloads { PacketEncoder.append(payload, to: &output) }
    let framedByteCount = output.count
    let roundCount = byteCount / framedByteCount
    let measurement = Measurement {
      for _ in 0..<roundCount {
        output.removeAll(keepingCapacity: true)
        for payload in payloads { PacketEncoder.append(payload, to: &output) }
      }
    }
    precondition(output.count == framedByteCount)
    measurement.printRate(name, byteCount: roundCount * framedByteCount, bar: bar)
    if bar != nil { measurement.printAllocations(name) }
  }

  /// Both directions, in digits per second.
  private static func digits() {
    let bytes = Payloads.bytes(count: 4096)
    let roundCount = byteCount / (2 * bytes.count)
    var digits: [UInt8] = []
    let encoding = Measurement {
      for _ in 0..<roundCount {
        digits.removeAll(keepingCapacity: true)
        Hex.append(bytes, to: &digits)
      }
    }
    encoding.printRate("digits of bytes", byteCount: roundCount * digits.count, bar: 500)
    encoding.printAllocations("digits of bytes")

    var decoded: [UInt8] = []
    let decoding = Measurement {
      for _ in 0..<roundCount {
        decoded.removeAll(keepingCapacity: true)
        guard Hex.append(bytesOf: digits, to: &decoded) else { fatalError("a digit is malformed") }
      }
    }
    precondition(decoded == bytes)
    decoding.printRate("bytes of digits", byteCount: roundCount * digits.count, bar: 500)
    decoding.printAllocations("bytes of digits")
  }
}
