/// Writes JSON on one line, in the order of the calls. Objects and arrays that are open when something outside of them
/// is written are closed first, so that containers need no explicit end.
struct JSONWriter {
  private(set) var bytes: [UInt8] = []

  /// An object or array that has been begun.
  struct Scope: Equatable {
    fileprivate let depth: Int
    fileprivate let number: Int
  }

  private struct Open {
    let scope: Scope
    let end: UInt8
    var isEmpty = true
  }

  private var open: [Open] = []
  /// How many objects and arrays were begun, to distinguish those at the same depth.
  private var scopeCount = 0
  /// Whether a value must come next.
  private var isDue = true

  // MARK: Objects and arrays

  /// Begins an object.
  mutating func object() -> Scope { begin("{", "}") }

  /// Begins an array.
  mutating func array() -> Scope { begin("[", "]") }

  private mutating func begin(_ start: Unicode.Scalar, _ end: Unicode.Scalar) -> Scope {
    value()
    append(start)
    scopeCount += 1
    let scope = Scope(depth: open.count, number: scopeCount)
    open.append(Open(scope: scope, end: UInt8(ascii: end)))
    return scope
  }

  /// Begins the next element of an array, or the next value of an object.
  mutating func element(of scope: Scope) {
    precondition(
      scope.depth < open.count && open[scope.depth].scope == scope,
      "something is written to an object or array that has ended")
    close(to: scope.depth + 1)
    if open[scope.depth].isEmpty { open[scope.depth].isEmpty = false } else { append(",") }
    isDue = true
  }

  /// Begins the value of a key.
  mutating func key(_ key: String, of scope: Scope) {
    element(of: scope)
    string(key)
    append(":")
    isDue = true
  }

  /// How many objects and arrays are open.
  var depth: Int { open.count }

  /// Ends objects and arrays until `depth` are left.
  mutating func close(to depth: Int) {
    precondition(!isDue || open.count <= depth, "a key has no value")
    while open.count > depth { bytes.append(open.removeLast().end) }
  }

  /// Writes an object without keys if a value is due but none was written.
  mutating func closeValue(to depth: Int) {
    if isDue { _ = object() }
    close(to: depth)
  }

  // MARK: Values

  mutating func null() { literal("null") }

  mutating func bool(_ bool: Bool) { literal(bool ? "true" : "false") }

  mutating func integer(_ integer: some BinaryInteger) { literal(String(integer)) }

  /// - Parameter number: a finite number, written as the shortest text that reads back as the same value.
  mutating func number(_ number: some BinaryFloatingPoint & CustomStringConvertible) {
    precondition(number.isFinite, "JSON has no such number")
    literal(number.description)
  }

  mutating func string(_ text: String) {
    value()
    append("\"")
    JSONString.append(text, to: &bytes)
    append("\"")
  }

  /// A string that contains the digits.
  mutating func hex(_ number: Hex) {
    value()
    append("\"")
    append("0")
    append("x")
    let digitCount = max(1, (67 - number.value.leadingZeroBitCount) / 4)
    for shift in stride(from: 4 * (digitCount - 1), through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number.value >> UInt64(shift)) & 15
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
    append("\"")
  }

  private mutating func literal(_ text: String) {
    value()
    bytes.append(contentsOf: text.utf8)
  }

  private mutating func value() {
    precondition(isDue, "a second value for one place")
    isDue = false
  }

  private mutating func append(_ character: Unicode.Scalar) {
    bytes.append(UInt8(ascii: character))
  }
}
