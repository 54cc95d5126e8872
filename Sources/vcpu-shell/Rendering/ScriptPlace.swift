/// A parsed place in a script: `file`, `file:line` or `file:line:column`.
struct ScriptPlace: Equatable {
  let file: String
  var line: Int?
  var column: Int?

  /// - Parameter text: the place as it is reported. A file's name may contain colons.
  init(_ text: String) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var numbers: [Int] = []
    while numbers.count < 2, parts.count > 1, let last = parts.last,
      last.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(last)
    {
      numbers.insert(number, at: 0)
      parts.removeLast()
    }
    file = parts.joined(separator: ":")
    line = numbers.first
    column = numbers.count > 1 ? numbers[1] : nil
  }
}
