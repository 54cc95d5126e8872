@testable import GDBRemote

/// What happens to one thing on the wire.
enum WireFault: Hashable, CustomStringConvertible {
  /// It is lost.
  case drop
  /// It comes after a number of further packets of its direction: a late answer, or one in the wrong order.
  /// Before the last of them, or after it.
  case delay(packets: Int, isBefore: Bool)
  /// One bit of one byte changes.
  case corrupt(Position)
  /// It comes byte by byte.
  case split
  /// It comes twice in a row.
  case double
  /// It comes again, right before the next thing.
  case again
  /// Something else comes instead.
  case replace([UInt8])
  /// A packet comes with fewer, or more, digits than it has.
  case shorten, lengthen
  /// Something comes before it.
  case precede([UInt8])
  /// Something endless comes instead.
  case flood([UInt8])
  /// An endless packet comes instead.
  case endlessPacket
  /// The connection ends instead.
  case close

  enum Position: CaseIterable {
    case start, firstOfPayload, lastOfPayload, hash, firstDigit, secondDigit
  }

  var description: String {
    switch self {
    case .replace(let bytes): "replace by \(WireFault.text(bytes))"
    case .precede(let bytes): "precede by \(WireFault.text(bytes))"
    case .flood(let bytes): "flood of \(WireFault.text(bytes))"
    case .delay(let packets, let isBefore):
      "delay until \(isBefore ? "before" : "after") \(packets)"
    case .corrupt(let position): "corrupt \(position)"
    case .drop: "drop"
    case .split: "split"
    case .double: "double"
    case .again: "again"
    case .shorten: "shorten"
    case .lengthen: "lengthen"
    case .endlessPacket: "endless packet"
    case .close: "close"
    }
  }

  static func text(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "nothing" : "'\(String(decoding: bytes, as: UTF8.self))'"
  }

  static func packet(_ payload: String) -> [UInt8] { PacketEncoder.frame(Array(payload.utf8)) }

  static func notification(_ payload: String) -> [UInt8] {
    [UInt8(ascii: "%")] + packet(payload).dropFirst()
  }

  // MARK: What can happen to what

  /// What can happen to a packet of the stub.
  static let received: [WireFault] =
    [
      .drop, .split, .double, .again, .shorten, .lengthen, .close,
      .delay(packets: 1, isBefore: true), .delay(packets: 1, isBefore: false),
      .delay(packets: 2, isBefore: false), .delay(packets: 3, isBefore: false),
    ]
    + Position.allCases.map { .corrupt($0) }
    + [
      "", "OK", "E01", "l", "m", "zz!", "00", "T05thread:p01.01;", "W00", "N", "O68690a",
      "Fopen,1,2",
    ].map { .replace(packet($0)) }
    + [
      notification("Stop:T05thread:p01.01;"), packet("O68690a"), packet("T05thread:p01.01;"),
      packet("W00"), [UInt8(ascii: "-")], [UInt8(ascii: "+")], Array("garbage }*".utf8),
      [0, 255, 3],
      Array("$half of a packet".utf8), Array("%half of one#".utf8),
    ].map { .precede($0) }

  /// What can happen to an acknowledgement of the stub.
  static let receivedAcknowledgement: [WireFault] = [
    .drop, .double, .again, .replace([UInt8(ascii: "-")]), .replace([UInt8(ascii: "x")]),
    .delay(packets: 1, isBefore: false),
  ]

  /// What can happen to a packet of the client.
  static let sent: [WireFault] =
    [
      .drop, .split, .double, .close, .delay(packets: 1, isBefore: true),
      .delay(packets: 1, isBefore: false),
    ]
    + Position.allCases.map { .corrupt($0) }
    + [[UInt8(ascii: "-")], [UInt8(ascii: "+")], Array("garbage".utf8)].map { .precede($0) }

  /// What can happen to an acknowledgement or an interruption of the client.
  static let sentByte: [WireFault] = [.drop, .double]

  /// What a stub can say forever.
  static let endless: [WireFault] =
    [.endlessPacket]
    + [
      Array("garbage ".utf8), packet("OK"), packet(""), packet("O68690a"), packet("00"),
      packet("T05thread:p01.01;"), notification("Stop:T05thread:p01.01;"), [UInt8(ascii: "+")],
      [UInt8(ascii: "-")], Array("$x#00".utf8), Array("$".utf8),
    ].map { .flood($0) }
}
