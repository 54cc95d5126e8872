/// An assertion of a script does not hold.
struct AssertionFailure: Error, CustomStringConvertible {
  let assertion: AssertionEvent

  var description: String {
    "assertion failed: \(assertion.text)" + (assertion.why.map { ": " + $0 } ?? "")
  }
}
