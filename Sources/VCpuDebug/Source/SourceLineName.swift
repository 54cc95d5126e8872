/// A line as people write it: `FILE:LINE`, or `LINE` of the current file.
public struct SourceLineName: Equatable, Sendable {
  /// The file's path, or its last parts.
  public let path: String
  /// The line, from 1.
  public let line: Int

  /// Reads `FILE:LINE`; nil for anything else.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let line = Self.number(text[text.index(after: colon)...])
    else { return nil }
    let path = String(text[..<colon])
    // `guest:12` is an address.
    guard AddressSpace(prefix: path) == nil, !path.hasSuffix(":"), !path.hasPrefix("*") else {
      return nil
    }
    self.path = path
    self.line = line
  }

  /// Reads `FILE:LINE`, or `LINE` if there is a current file; nil for anything else.
  public init?(_ text: String, current: () throws -> String?) rethrows {
    if let named = SourceLineName(text) {
      self = named
      return
    }
    guard let line = Self.number(text[...]), let file = try current() else { return nil }
    path = file
    self.line = line
  }

  private static func number(_ text: Substring) -> Int? {
    guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(text), number > 0 else {
      return nil
    }
    return number
  }
}
