/// Rewrites Capstone's operands in the notation of GDB (binutils): addresses without `#`, offsets
/// in brackets and shift amounts in decimal, other immediates in hexadecimal with `0x`.
struct OperandNotation {
  let text: String
  let referencedAddress: UInt64?

  init(mnemonic: String, operands: String) {
    let pieces = Self.pieces(of: operands)
    let hasAddress = Self.hasAddress(mnemonic: mnemonic, operands: operands)
    let lastImmediate = pieces.lastIndex { $0.immediate != nil }
    var referenced: UInt64?
    var text = ""
    var depth = 0
    for (index, piece) in pieces.enumerated() {
      guard let immediate = piece.immediate else {
        depth += piece.text.count { $0 == "[" } - piece.text.count { $0 == "]" }
        text += piece.text
        continue
      }
      if hasAddress, index == lastImmediate {
        referenced = immediate.bits
        text += "0x" + String(immediate.bits, radix: 16)
      } else if depth > 0 || Self.countsInDecimal(mnemonic) || Self.isShift(before: text)
        || (Self.isMemoryAccess(mnemonic) && text.hasSuffix("], "))
      {
        text += "#" + (immediate.isNegative ? "-" : "") + String(immediate.magnitude)
      } else {
        text += "#" + (immediate.isNegative ? "-" : "") + "0x"
        text += String(immediate.magnitude, radix: 16)
      }
    }
    self.text = text
    referencedAddress = referenced
  }

  // MARK: Which notation

  /// Branches, page addresses and literal loads name an address last.
  private static func hasAddress(mnemonic: String, operands: String) -> Bool {
    switch mnemonic {
    case "b", "bl", "cbz", "cbnz", "tbz", "tbnz", "adr", "adrp": true
    case "ldr", "ldrsw", "prfm": !operands.contains("[")
    default: mnemonic.hasPrefix("b.")
    }
  }

  /// Instructions whose immediates are bit numbers and counts.
  private static func countsInDecimal(_ mnemonic: String) -> Bool {
    switch mnemonic {
    case "lsl", "lsr", "asr", "ror", "ubfx", "sbfx", "bfi", "bfxil", "ubfiz", "sbfiz", "bfc",
      "ubfm", "sbfm", "bfm", "extr", "tbz", "tbnz":
      true
    default: false
    }
  }

  private static func isShift(before text: String) -> Bool {
    [
      "lsl ", "lsr ", "asr ", "ror ", "msl ", "uxtb ", "uxth ", "uxtw ", "uxtx ", "sxtb ", "sxth ",
      "sxtw ", "sxtx ",
    ].contains { text.hasSuffix($0) }
  }

  private static func isMemoryAccess(_ mnemonic: String) -> Bool {
    mnemonic.hasPrefix("ld") || mnemonic.hasPrefix("st")
  }

  // MARK: Cutting

  private struct Immediate {
    let isNegative: Bool
    let magnitude: UInt64
    var bits: UInt64 { isNegative ? 0 &- magnitude : magnitude }
  }

  private struct Piece {
    let text: String
    let immediate: Immediate?
  }

  /// Cuts `x0, [x1, #0x10]` at its immediates. Floating point immediates (`#1.0`) stay text.
  private static func pieces(of operands: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = operands[...]
    while let hash = rest.firstIndex(of: "#") {
      let start = rest.index(after: hash)
      let end =
        rest[start...].firstIndex { !($0.isHexDigit || "-x.".contains($0)) } ?? rest.endIndex
      pieces.append(Piece(text: String(rest[..<hash]), immediate: nil))
      let number = rest[start..<end]
      pieces.append(Piece(text: String(rest[hash..<end]), immediate: immediate(number)))
      rest = rest[end...]
    }
    pieces.append(Piece(text: String(rest), immediate: nil))
    return pieces
  }

  private static func immediate(_ text: Substring) -> Immediate? {
    let isNegative = text.first == "-"
    let digits = isNegative ? text.dropFirst() : text
    let magnitude =
      digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits, radix: 10)
    return magnitude.map { Immediate(isNegative: isNegative, magnitude: $0) }
  }
}
