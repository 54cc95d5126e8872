internal import Foundation

/// JSON for people to read, as `decode --format json` prints it.
enum JSONText {
  /// The text of an array, with keys in the order of the alphabet.
  static func pretty(_ values: [some Encodable]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(values), as: UTF8.self)
    // The encoder breaks the line in an empty array; a string of JSON has no line break in it.
    return text.replacing(#/\[\s*\n\s*\]/#, with: "[]")
  }
}
