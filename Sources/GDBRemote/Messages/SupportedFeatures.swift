/// The features that a stub announces: the answer to `qSupported`.
///
/// Source: GDB manual, General Query Packets ("qSupported").
public struct SupportedFeatures: Equatable, Sendable {
  /// What the stub says about a feature.
  public enum Value: Equatable, Sendable {
    /// `name+`
    case supported
    /// `name-`
    case unsupported
    /// `name?`: the stub may have it; try it.
    case unknown
    /// `name=value`
    case value(String)
  }

  /// Every feature that was mentioned, including those that this client doesn't know.
  public private(set) var values: [String: Value] = [:]

  /// Reads the answer to `qSupported`. Anything that doesn't have the form of a feature is left
  /// out.
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

  /// Whether the stub says that it has, or may have, the feature `name`.
  public func mayHave(_ name: String) -> Bool { has(name) || values[name] == .unknown }

  /// The most payload characters that the stub takes in one packet, if it gives a usable number.
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

  /// Asks the stub to do without acknowledgements.
  static let startNoAckMode = Command("QStartNoAckMode")

  /// A request that no stub knows. A stub whose answer isn't empty ignores the names of `v`
  /// packets.
  static let mustReplyEmpty = Command("vMustReplyEmpty")

  /// Asks for a text in addition to each error's number.
  static let errorTexts = Command("QEnableErrorStrings")
}
