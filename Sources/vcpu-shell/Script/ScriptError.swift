/// A script's error, with its place.
struct ScriptError: Error, CustomStringConvertible {
  let underlying: any Error
  /// `file:line`; nil if the line was typed.
  let place: String?
  /// The column in the line, from 1; nil if the error is about the whole line.
  var column: Int?
  /// What the commands belong to, such as `the commands of breakpoint 2`.
  var owner: String?

  /// The place with its column.
  var fullPlace: String? { place.map { place in place + (column.map { ":\($0)" } ?? "") } }

  var description: String {
    [fullPlace, owner.map { "in \($0)" }, "\(underlying)"].compactMap { $0 }
      .joined(separator: ": ")
  }
}
