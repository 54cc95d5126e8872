/// A line of a client's input, read as strictly as possible: a misunderstood request would still be carried out.
enum RequestLine: Equatable {
  case request(Request)
  /// Not a request, and why; with the request's number if that can be read.
  case malformed(String, id: Int?)

  /// - Parameter bytes: the line without its newline; nil for blanks alone.
  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.contains(where: { !Self.blanks.contains($0) }) else { return nil }
    guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
      self = .malformed("the line isn't UTF-8", id: nil)
      return
    }
    let members: [RequestJSON.Member]
    do throws(RequestJSONError) {
      guard case .object(let object) = try RequestJSON(bytes) else {
        self = .malformed("a request is an object with 'id' and 'command'", id: nil)
        return
      }
      members = object
    } catch {
      let text = "the line isn't JSON: \(error.reason) at byte \(error.column)"
      self = .malformed(text, id: nil)
      return
    }
    let ids = members.filter { $0.key == "id" }
    // With two numbers it isn't clear which one is meant.
    let id = ids.count == 1 ? Request.id(ids[0].value) : nil
    do throws(RequestProblem) {
      self = .request(try Request(members))
    } catch {
      self = .malformed(error.text, id: id)
    }
  }

  private static let blanks: [UInt8] = Array(" \t\r".utf8)
}

/// Why an object isn't a request.
private struct RequestProblem: Error {
  let text: String
  init(_ text: String) { self.text = text }
}

extension Request {
  private static let keys = ["id", "command", "name", "arguments", "lines"]

  /// The greatest integer that every JSON reader can represent: 2^53 - 1 (RFC 8259, section 6).
  private static let greatestID = 1 << 53 - 1

  /// A request's number; nil unless it is written in plain digits.
  fileprivate static func id(_ value: RequestJSON) -> Int? {
    guard case .number(let digits) = value, digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") }),
      let id = Int(digits), id <= greatestID
    else { return nil }
    return id
  }

  fileprivate init(_ members: [RequestJSON.Member]) throws(RequestProblem) {
    let unknown = members.map(\.key).filter { !Self.keys.contains($0) }.sorted()
    guard unknown.isEmpty else {
      throw RequestProblem(
        "a request has no '\(unknown[0])'; it has 'id', 'command', 'name', 'arguments' and 'lines'")
    }
    var values: [String: RequestJSON] = [:]
    for member in members where values.updateValue(member.value, forKey: member.key) != nil {
      throw RequestProblem("'\(member.key)' appears twice")
    }
    guard let id = values["id"].flatMap(Self.id) else {
      throw RequestProblem("'id' must be a whole number from 0 to 2^53 - 1, in plain digits")
    }
    self.init(
      id: id, command: try Self.text("command", of: values),
      name: try Self.text("name", of: values), arguments: try Self.texts("arguments", of: values),
      lines: try Self.texts("lines", of: values))
    try check()
    try checkLines()
  }

  private static func text(
    _ key: String, of values: [String: RequestJSON]
  ) throws(RequestProblem) -> String? {
    guard let value = values[key] else { return nil }
    guard case .string(let text) = value else {
      throw RequestProblem("'\(key)' must be a string")
    }
    return text
  }

  private static func texts(
    _ key: String, of values: [String: RequestJSON]
  ) throws(RequestProblem) -> [String]? {
    guard let value = values[key] else { return nil }
    let problem = RequestProblem("'\(key)' must be an array of strings")
    guard case .array(let elements) = value else { throw problem }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else { throw problem }
      texts.append(text)
    }
    return texts
  }

  /// Checks that its keys go together.
  private func check() throws(RequestProblem) {
    switch (command, name) {
    case (nil, nil): throw RequestProblem("a request needs a 'command', or a 'name'")
    case (.some, .some):
      throw RequestProblem("a request has a 'command' or a 'name', not both")
    case (.some, nil):
      guard arguments == nil else {
        throw RequestProblem("'arguments' go with a 'name', not with a 'command'")
      }
    case (nil, .some(let name)):
      guard !([name] + (arguments ?? [])).contains(where: { $0.contains(where: \.isNewline) })
      else { throw RequestProblem("'name' and 'arguments' must be a single line") }
    }
  }
}

extension Request {
  /// The command as it would be typed, without the lines that it takes.
  var line: String {
    command.map { Self.rows($0)[0] } ?? ([name ?? ""] + (arguments ?? [])).joined(separator: " ")
  }

  /// The lines that follow the command, with their `end`; empty if there are none.
  var followingLines: [String] {
    if let lines { return lines + ["end"] }
    return command.map { Array(Self.rows($0).dropFirst()) } ?? []
  }

  /// The lines of a text, with either "\n" or "\r\n".
  private static func rows(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
  }

  /// Checks that only the lines of this one command follow it.
  fileprivate func checkLines() throws(RequestProblem) {
    if let lines {
      guard command.map({ Self.rows($0).count }) ?? 1 == 1 else {
        throw RequestProblem("give the lines in 'command' or in 'lines', not in both")
      }
      guard !lines.contains(where: { $0.contains(where: \.isNewline) }) else {
        throw RequestProblem("each of 'lines' must be a single line")
      }
      guard !lines.contains(where: { $0.trimmed == "end" }) else {
        throw RequestProblem("'lines' need no 'end'")
      }
    }
    guard let end = followingLines.firstIndex(where: { $0.trimmed == "end" }),
      followingLines[end...].dropFirst().contains(where: { !$0.trimmed.isEmpty })
    else { return }
    throw RequestProblem("there are lines after 'end': a request is one command")
  }
}
