/// Why a location expression has no result.
enum LocationError: Error, Equatable, CustomStringConvertible {
  /// The expression breaks the rules of DWARF.
  case malformed(String)
  /// It ran for more operations than any compiler's does.
  case endless
  /// It needs a register that isn't known in this frame, by its DWARF number.
  case registerUnavailable(Int)
  /// It needs a frame, and there is none: it is that of a local variable.
  case noFrame
  /// It is about what the caller's register held at the call, which isn't known.
  case noEntryValue(Int?)
  /// The variable belongs to a thread, and where a thread's variables are isn't known.
  case threadLocal
  /// It is in a section of a relocatable file whose address isn't known.
  case unplaced
  /// It is about a parameter of the caller that the compiler dropped.
  case droppedParameter
  /// An operation that isn't supported, by its code.
  case unsupported(UInt8)

  var description: String {
    switch self {
    case .malformed(let detail): "the debug information is malformed: \(detail)"
    case .endless: "the debug information's location expression doesn't end"
    case .registerUnavailable(let number): "register \(number) of DWARF isn't known in this frame"
    case .noFrame: "it needs a frame"
    case .noEntryValue: "what the register held when the function was called isn't known"
    case .threadLocal: "it is a thread's own variable, and where those are isn't known"
    case .unplaced: "the address of its section isn't known: 'add-symbol-file' gives it with -s"
    case .droppedParameter: "the compiler dropped the parameter"
    case .unsupported(let code):
      "the debug information uses operation 0x\(String(code, radix: 16)), which isn't supported"
    }
  }
}
