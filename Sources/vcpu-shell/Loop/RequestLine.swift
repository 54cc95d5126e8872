internal import Foundation

/// A line of a client's input, read as strictly as can be: what is taken for something else than was meant would be
/// carried out.
enum RequestLine: Equatable {
  case request(Request)
  /// No request, and why; with the request's number where that can be read.
  case malformed(String, id: Int?)

  /// - Parameter bytes: the line without its newline; nil for blanks alone.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.contains(where: { !Self.blanks.contains($0) }) else { return nil }
    // Foundation would take a line with these for one in UTF-16.
    guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
      self = .malformed("the line isn't UTF-8", id: nil)
      return
    }
    do {
      let line = try JSONDecoder().decode(StrictRequest.self, from: Data(bytes))
      self = line.problem.map { .malformed($0, id: line.id) } ?? .request(line.request)
    } catch DecodingError.dataCorrupted(let context) {
      let reason = (context.underlyingError as? NSError)?.userInfo[NSDebugDescriptionErrorKey]
      self = .malformed("the line isn't JSON" + (reason.map { ": \($0)" } ?? ""), id: nil)
    } catch {
      self = .malformed("a request is an object with 'id' and 'command'", id: nil)
    }
  }

  private static let blanks: [UInt8] = Array(" \t\r".utf8)
}

/// An object that may be a request.
private struct StrictRequest: Decodable {
  private(set) var id: Int?
  /// What is wrong with it.
  private(set) var problem: String?
  private(set) var request = Request(id: 0, command: nil, name: nil, arguments: nil)

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    id = try? container.decode(Int.self, forKey: Key(stringValue: "id"))
    let known = ["id", "command", "name", "arguments"]
    let unknown = container.allKeys.map(\.stringValue).filter { !known.contains($0) }.sorted()
    guard unknown.isEmpty else {
      problem = "a request has no '\(unknown[0])'; it has 'id', 'command', 'name' and 'arguments'"
      return
    }
    guard id != nil else {
      problem = "'id' has to be a whole number"
      return
    }
    do {
      request = try Request(from: decoder)
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context)
    {
      let key = context.codingPath.first?.stringValue ?? ""
      problem = "'\(key)' has to be " + (key == "arguments" ? "an array of strings" : "a string")
      return
    }
    problem = Self.problem(of: request)
  }

  private static func problem(of request: Request) -> String? {
    switch (request.command, request.name) {
    case (nil, nil): return "a request needs a 'command', or a 'name'"
    case (.some, .some): return "a request has a 'command' or a 'name', not both"
    case (.some, nil):
      return request.arguments == nil ? nil : "'arguments' go with a 'name', not with a 'command'"
    case (nil, .some(let name)):
      let words = [name] + (request.arguments ?? [])
      return words.contains { $0.contains(where: \.isNewline) }
        ? "a name and arguments are one line" : nil
    }
  }
}

extension Request {
  /// The command's line, and those that it takes after it.
  var lines: [String] {
    let text = command ?? ([name ?? ""] + (arguments ?? [])).joined(separator: " ")
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
