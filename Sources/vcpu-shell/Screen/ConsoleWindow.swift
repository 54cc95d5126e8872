/// What the guest's console shows, in a window.
///
/// A guest may print what only a terminal obeys. The window does what a guest's command line needs: carriage return,
/// backspace, and of ECMA-48 (8.3) moving the cursor within its line and erasing a part of it. Other sequences, such as
/// colours, have no effect.
struct ConsoleWindow {
  private var lines: [[Character]] = [[]]
  /// Where the next character goes in the last line.
  private var column = 0
  private var state = State.text
  private var character: [UInt8] = []

  private enum State: Equatable {
    case text
    case escape
    /// A control sequence, with its parameters so far.
    case control([UInt8])
    /// A command string, such as a title; whether an escape may end it.
    case string(sawEscape: Bool)
  }

  /// How many lines are kept.
  static let lineLimit = 2000
  /// The longest line; the rest begins another.
  static let columnLimit = 4096

  private static let tabWidth = 8

  mutating func receive(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { receive(byte) }
    if lines.count > Self.lineLimit { lines.removeFirst(lines.count - Self.lineLimit) }
  }

  private mutating func receive(_ byte: UInt8) {
    switch state {
    case .text: text(byte)
    case .escape:
      switch byte {
      case UInt8(ascii: "["): state = .control([])
      case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"):
        state = .string(sawEscape: false)
      // An intermediate byte: one more follows.
      case 0x20...0x2f: break
      default: state = .text
      }
    case .control(let parameters):
      switch byte {
      case 0x40...0x7e:
        state = .text
        control(byte, parameters)
      case 0x20...0x3f where parameters.count < 32: state = .control(parameters + [byte])
      default:
        state = .text
        if byte < 0x20 { text(byte) }
      }
    case .string(let sawEscape):
      if byte == 0x07 || sawEscape {
        state = .text
      } else {
        state = .string(sawEscape: byte == 0x1b)
      }
    }
  }

  private mutating func text(_ byte: UInt8) {
    if byte < 0x80, !character.isEmpty { putBroken() }
    switch byte {
    case UInt8(ascii: "\n"): beginLine()
    case UInt8(ascii: "\r"): column = 0
    case 0x08: column = max(0, column - 1)
    case UInt8(ascii: "\t"):
      for _ in 0..<(Self.tabWidth - column % Self.tabWidth) { put(" ") }
    case 0x1b: state = .escape
    case 0..<0x20, 0x7f: break
    case 0..<0x80: put(Character(Unicode.Scalar(byte)))
    default: multibyte(byte)
    }
  }

  private mutating func multibyte(_ byte: UInt8) {
    if byte >= 0xc0, !character.isEmpty { putBroken() }
    character.append(byte)
    let first = character[0]
    let count = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    if character.count >= count { putBroken() }
  }

  /// Puts what was collected of a character: itself, or its bytes if it isn't one.
  private mutating func putBroken() {
    let text = VisibleText.text(character)
    character = []
    for character in text { put(character) }
  }

  private mutating func put(_ character: Character) {
    if column >= Self.columnLimit { beginLine() }
    let last = lines.count - 1
    while lines[last].count < column { lines[last].append(" ") }
    if column < lines[last].count {
      lines[last][column] = character
    } else {
      lines[last].append(character)
    }
    column += 1
  }

  private mutating func beginLine() {
    lines.append([])
    column = 0
  }

  private mutating func control(_ final: UInt8, _ parameters: [UInt8]) {
    let number = Int(String(decoding: parameters.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self))
    let last = lines.count - 1
    let count = min(max(1, number ?? 1), Self.columnLimit)
    switch final {
    case UInt8(ascii: "C"): column = min(column + count, Self.columnLimit - 1)
    case UInt8(ascii: "D"): column = max(0, column - count)
    case UInt8(ascii: "G"): column = count - 1
    case UInt8(ascii: "K"), UInt8(ascii: "J"):
      switch number ?? 0 {
      case 0: lines[last].removeLast(max(0, lines[last].count - column))
      case 1:
        for index in 0..<min(column + 1, lines[last].count) { lines[last][index] = " " }
      default: lines[last] = []
      }
    // A place on the screen: this window has only lines.
    case UInt8(ascii: "H"), UInt8(ascii: "f"): if !lines[last].isEmpty { beginLine() }
    default: break
    }
  }

  /// The last rows, and where the cursor is in them.
  func rows(_ size: ScreenFrame.Size) -> (rows: [Line], cursor: ScreenFrame.Place) {
    var rows: [Line] = []
    var cursor = ScreenFrame.Place(row: 0, column: 0)
    for (index, characters) in lines.reversed().enumerated() {
      if rows.count >= size.rows { break }
      let isLast = index == 0
      // The last newline begins a line only when something follows, except for the cursor.
      var text = characters
      if isLast, text.count <= column {
        text += Array(repeating: " ", count: column + 1 - text.count)
      }
      let parts = Line(String(text)).rows(of: size.columns)
      if isLast {
        let end = Line(String(text.prefix(column)) + "_").rows(of: size.columns)
        cursor = ScreenFrame.Place(
          row: end.count - 1 - parts.count, column: max(0, (end.last?.columnCount ?? 1) - 1))
      }
      rows += parts.reversed()
    }
    let shown = Array(rows.prefix(size.rows).reversed())
    // The cursor was counted from the end.
    cursor.row = min(max(0, cursor.row + shown.count), max(0, shown.count - 1))
    return (shown, cursor)
  }
}
