/// An error of a script, with its place.
struct ScriptError: Error, CustomStringConvertible {
  let underlying: any Error
  let place: String

  var description: String { "\(place): \(underlying)" }
}
