extension StringProtocol {
  /// The text without blanks around it.
  var trimmed: String {
    var rest = Substring(self).drop(while: \.isWhitespace)
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
