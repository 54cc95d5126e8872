internal import VCpuDebug

/// An expression that is wrong, with its text.
struct ExpressionFailure: Error, CustomStringConvertible {
  let error: ExpressionError
  let text: String

  var description: String { error.description }
}
