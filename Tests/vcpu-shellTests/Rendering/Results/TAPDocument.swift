import Foundation

/// A TAP 14 document, read by the rules of its specification and not by those of the code that writes it:
/// https://testanything.org/tap-version-14-specification.html
struct TAPDocument {
  struct Point: Equatable {
    let isOK: Bool
    let number: Int
    let description: String
    /// The reason of a SKIP; nil without that directive.
    let skip: String?
    /// The lines of the YAML block, without their indentation; nil without a block.
    var diagnostic: [String]?
  }

  var points: [Point] = []
  var plan: Int?
  var planReason: String?
  var bailOut: String?
  var comments: [String] = []

  struct Malformed: Error, CustomStringConvertible { let description: String }

  init(_ text: String) throws {
    guard text.hasSuffix("\n") else { throw Malformed(description: "half a line") }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()[...]
    guard lines.popFirst() == "TAP version 14" else { throw Malformed(description: "no version") }
    while let line = lines.popFirst() {
      if bailOut != nil, !line.hasPrefix("#") {
        throw Malformed(description: "after the bail out: \(line)")
      }
      if line == "  ---" {
        guard let last = points.indices.last, points[last].diagnostic == nil else {
          throw Malformed(description: "a block without a test")
        }
        var block: [String] = []
        while let next = lines.popFirst(), next != "  ..." {
          guard next.hasPrefix("  ") else { throw Malformed(description: "in YAML: \(next)") }
          block.append(String(next.dropFirst(2)))
        }
        points[last].diagnostic = block
      } else if line.hasPrefix("#") {
        // A named subtest would begin.
        guard !line.hasPrefix("# Subtest") else { throw Malformed(description: "a subtest") }
        comments.append(String(line.dropFirst().drop { $0 == " " }))
      } else if let match = line.wholeMatch(of: #/(not )?ok(?: (\d+))?(?: -)?(?: (.*))?/#) {
        guard plan == nil else { throw Malformed(description: "a test after the plan") }
        let (description, directive) = Self.parts(String(match.3 ?? ""))
        var skip: String?
        if let directive, directive.uppercased().hasPrefix("SKIP") {
          skip = directive.dropFirst(4).trimmingCharacters(in: .whitespaces)
        }
        points.append(
          Point(
            isOK: match.1 == nil, number: match.2.flatMap { Int($0) } ?? points.count + 1,
            description: description, skip: skip))
      } else if let match = line.wholeMatch(of: #/1\.\.(\d+)(?: # (.+))?/#) {
        guard plan == nil else { throw Malformed(description: "two plans") }
        plan = Int(match.1)
        planReason = match.2.map(String.init)
      } else if let match = line.wholeMatch(of: #/Bail out!(?: (.*))?/#) {
        bailOut = Self.unescaped(String(match.1 ?? ""))
      } else {
        throw Malformed(description: "not TAP: \(line)")
      }
    }
    if bailOut == nil, plan != points.count {
      throw Malformed(description: "\(points.count) tests, and the plan is \(plan as Int?)")
    }
  }

  /// The text before the first `#` that isn't escaped and has a blank on each side, and the text after it.
  private static func parts(_ text: String) -> (String, String?) {
    let characters = Array(text)
    var index = 0
    while index < characters.count {
      if characters[index] == "\\" {
        index += 2
        continue
      }
      if characters[index] == "#", index == 0 || characters[index - 1] == " ",
        index + 1 == characters.count || characters[index + 1] == " "
      {
        let description = String(characters[..<index]).trimmingCharacters(in: .whitespaces)
        let directive = String(characters[(index + 1)...]).trimmingCharacters(in: .whitespaces)
        return (unescaped(description), unescaped(directive))
      }
      index += 1
    }
    return (unescaped(text), nil)
  }

  private static func unescaped(_ text: String) -> String {
    text.replacing(#/\\([\\#])/#) { $0.1 }
  }
}
