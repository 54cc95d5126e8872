internal import Foundation

/// Recorded exits as lines of JSON: an object for each, with the names of the answer of `exits`.
enum ExitLines {
  static func bytes(_ answer: ExitsAnswer) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes: [UInt8] = []
    for exit in answer.exits {
      bytes += try encoder.encode(exit)
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
