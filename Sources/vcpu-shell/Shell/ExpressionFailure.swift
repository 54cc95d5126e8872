internal import VCpuDebug

/// An expression that is wrong, shown with a mark under the place.
struct ExpressionFailure: Error, CustomStringConvertible {
  let error: ExpressionError
  let text: String

  var description: String {
    let mark = String(repeating: " ", count: max(0, error.column - 1)) + "^"
    return "\(error.description)\n  \(text)\n  \(mark)"
  }
}
