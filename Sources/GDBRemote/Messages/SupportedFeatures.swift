/// What a stub says it can do: the answer to `qSupported`.
///
/// Source: GDB manual, General Query Packets ("qSupported").
public struct SupportedFeatures: Equatable, Sendable {
  /// What is said of one feature.
  public enum Value: Equatable, Sendable {
    /// `name+`
    case supported
    /// `name-`
    case unsupported
    /// `name?`: it may be there, try it.
    case unknown
    /// `name=value`
    case value(String)
  }

  /// Every feature that was mentioned, also those that this client does not know.
  public private(set) var values: [String: Value] = [:]

  /// Reads the answer to `qSupported`. What has not the form of a feature is left out.
  public init(parsing payload: [UInt8]) {
    for field in payload.split(separator: UInt8(ascii: ";")) {
      if let equals = field.firstIndex(of: UInt8(ascii: "=")) {
        let name = String(decoding: field[..<equals], as: UTF8.self)
        values[name] = .value(String(decoding: field[(equals + 1)...], as: UTF8.self))
      } else if let last = field.last {
        let name = String(decoding: field.dropLast(), as: UTF8.self)
        switch last {
        case UInt8(ascii: "+"): values[name] = .supported
        case UInt8(ascii: "-"): values[name] = .unsupported
        case UInt8(ascii: "?"): values[name] = .unknown
        default: break
        }
      }
    }
  }

  /// Whether the stub has the feature `name`.
  public func has(_ name: String) -> Bool { values[name] == .supported }

  /// Whether the stub says that it may have the feature `name`, or that it has it.
  public func mayHave(_ name: String) -> Bool { has(name) || values[name] == .unknown }

  /// The most payload characters that the stub takes in one packet, if it says so usefully.
  public var packetSize: Int? {
    guard case .value(let text)? = values["PacketSize"],
      let size = Hex.number(text.utf8), let count = Int(exactly: size), count >= 64
    else { return nil }
    return count
  }
}

extension Command {
  /// Announces what this client understands, and asks what the stub can do.
  static let supportedFeatures = Command(
    "qSupported:multiprocess+;swbreak+;hwbreak+;vContSupported+;error-message+;no-resumed+;"
      + "xmlRegisters=aarch64,arm,i386,riscv")

  /// Asks to do without acknowledgements.
  static let startNoAckMode = Command("QStartNoAckMode")

  /// Asks for something that no stub knows: a stub that answers anything but nothing does not look
  /// at the names of `v` packets.
  static let mustReplyEmpty = Command("vMustReplyEmpty")

  /// Asks for a text with the number of each error.
  static let errorTexts = Command("QEnableErrorStrings")
}
