internal import VCpuDebug

/// An error in an expression, with the expression's text.
struct ExpressionFailure: Error, CustomStringConvertible {
  let error: ExpressionError
  let text: String

  var description: String { error.description }
}
