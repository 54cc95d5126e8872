/// Translates keys while the guest has the terminal: each key goes to its console unchanged, except Ctrl-]: a letter
/// after it stands for the control character that the terminal or the shell would otherwise take.
struct GuestKeys {
  /// Ctrl-].
  static let escape: UInt8 = 0x1d
  private var isEscaped = false

  /// The bytes that the guest gets for keys, which may come in pieces.
  mutating func translate(_ keys: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    for key in keys {
      if isEscaped {
        isEscaped = false
        bytes.append(Self.control(key))
      } else if key == Self.escape {
        isEscaped = true
      } else {
        bytes.append(key)
      }
    }
    return bytes
  }

  /// The control character of a key. A control character, or a key without one, is returned unchanged.
  private static func control(_ key: UInt8) -> UInt8 {
    switch key {
    // @, the letters, [ \ ] ^ and _.
    case 0x40...0x5f, 0x61...0x7a: key & 0x1f
    case UInt8(ascii: "?"): 0x7f
    default: key
    }
  }
}
