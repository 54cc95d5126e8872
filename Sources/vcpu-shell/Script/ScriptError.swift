/// An error of a script, with its place.
struct ScriptError: Error, CustomStringConvertible {
  let underlying: any Error
  /// `file:line`; nil where the line was typed.
  let place: String?
  /// Where in the line, from 1; nil where it is the whole of it.
  var column: Int?
  /// Whose commands they were, such as `the commands of breakpoint 2`.
  var owner: String?

  /// The place with its column.
  var fullPlace: String? { place.map { place in place + (column.map { ":\($0)" } ?? "") } }

  var description: String {
    [fullPlace, owner.map { "in \($0)" }, "\(underlying)"].compactMap { $0 }
      .joined(separator: ": ")
  }
}
