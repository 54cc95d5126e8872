/// The answers that every packet can get.
///
/// Sources: GDB manual, Standard Replies; LLDB's `QEnableErrorStrings` for the text after `;`.
enum StandardReply: Equatable, Sendable {
  case ok
  /// An empty packet: the stub does not know the request.
  case unsupported
  /// `Enn`, perhaps with LLDB's text, or `E.text` since GDB 16.
  case error(number: Int?, text: String)
  /// Anything else.
  case other

  init(_ payload: [UInt8]) {
    switch payload.first {
    case nil:
      self = .unsupported
    case UInt8(ascii: "O") where payload == [0x4f, 0x4b]:
      self = .ok
    case UInt8(ascii: "E"):
      self = StandardReply.error(in: payload) ?? .other
    default:
      self = .other
    }
  }

  private static func error(in payload: [UInt8]) -> StandardReply? {
    guard payload.count >= 2 else { return nil }
    if payload[1] == UInt8(ascii: ".") {
      return .error(number: nil, text: String(decoding: payload[2...], as: UTF8.self))
    }
    guard payload.count == 3 || payload.count > 3 && payload[3] == UInt8(ascii: ";"),
      let number = Hex.number(payload[1..<3])
    else { return nil }
    let text = payload.count > 4 ? Hex.bytes(payload, from: 4) ?? [] : []
    return .error(number: Int(number), text: String(decoding: text, as: UTF8.self))
  }

  /// The error that this reply to `request` means, or nil if it isn't an error.
  func error(of request: String) -> RemoteError? {
    switch self {
    case .ok, .other: nil
    case .unsupported: RemoteError(.unsupported, "the stub does not support \(request)")
    case .error(let number?, let text):
      RemoteError(
        .stubError(number),
        "the stub answered \(request) with error \(number)\(text.isEmpty ? "" : ": \(text)")")
    case .error(nil, let text):
      RemoteError(.stubError(nil), "the stub answered \(request) with the error: \(text)")
    }
  }

  /// Throws unless `payload` is OK.
  static func requireOK(_ payload: [UInt8], of request: String) throws(RemoteError) {
    let reply = StandardReply(payload)
    if let error = reply.error(of: request) { throw error }
    guard reply == .ok else { throw .unexpected(payload, of: request) }
  }
}
