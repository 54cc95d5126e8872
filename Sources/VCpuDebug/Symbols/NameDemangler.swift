/// Turns the names that a compiler makes for the linker back into those that people wrote.
public protocol NameDemangler: Sendable {
  /// The whole declaration, with its scopes and types; nil for a name that it doesn't know.
  func declaration(of name: String) -> String?
}

/// Several demanglers: the first that knows a name has it.
public struct NameDemanglers: NameDemangler {
  private let all: [any NameDemangler]

  /// - Parameter all: in the order in which they are asked.
  public init(_ all: [any NameDemangler]) { self.all = all }

  /// The first declaration that one of them knows.
  public func declaration(of name: String) -> String? {
    for demangler in all {
      if let declaration = demangler.declaration(of: name) { return declaration }
    }
    return nil
  }
}
