/// What the keys mean while the terminal is the guest's: each goes to its console as it is, but for Ctrl-], after
/// which a letter stands for the control character that the terminal or the shell would take.
struct GuestKeys {
  /// Ctrl-].
  static let escape: UInt8 = 0x1d
  private var isEscaped = false

  /// What the guest gets of keys, which may come in pieces.
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

  /// The control character of a key; a control character is its own, and so is what has none.
  private static func control(_ key: UInt8) -> UInt8 {
    switch key {
    // @, the letters, [ \ ] ^ and _.
    case 0x40...0x5f, 0x61...0x7a: key & 0x1f
    case UInt8(ascii: "?"): 0x7f
    default: key
    }
  }
}
