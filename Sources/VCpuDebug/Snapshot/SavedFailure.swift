internal import GDBRemote

/// Why something could not be read when a snapshot was saved.
struct SavedFailure: Error, Codable, Hashable {
  /// The kinds that a session distinguishes.
  enum Kind: String, Codable {
    case memoryUnreadable, stubError, unsupported, registerUnavailable
  }

  var kind: Kind
  var text: String
  /// The stub's own message.
  var stubText: String?

  init(_ error: RemoteError) {
    kind =
      switch error.code {
      case .memoryUnreadable: .memoryUnreadable
      case .unsupported: .unsupported
      case .registerUnavailable: .registerUnavailable
      default: .stubError
      }
    text = error.description
    stubText = error.stubText
  }

  init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// The same failure, as the snapshot's error.
  var error: RemoteError {
    let code: RemoteError.Code =
      switch kind {
      case .memoryUnreadable: .memoryUnreadable
      case .stubError: .stubError(nil)
      case .unsupported: .unsupported
      case .registerUnavailable: .registerUnavailable
      }
    return RemoteError(code, text, stubText: stubText)
  }

  /// Whether an error is an answer of the target, which a snapshot keeps like any other, rather than the
  /// loss of the target.
  static func isAnswer(_ error: RemoteError) -> Bool {
    error.code == .memoryUnreadable || error.code == .unsupported
      || error.code == .registerUnavailable || error.code.isStubError
  }
}

/// A text answer, or why there is none.
struct SavedText: Codable, Hashable {
  var text: String?
  var failure: SavedFailure?

  /// The answer.
  func get() throws(RemoteError) -> String {
    if let text { return text }
    throw failure?.error ?? RemoteError(.unsupported, "the snapshot does not have it")
  }
}

/// Registers that could not be read, and why.
struct SavedReason: Codable, Hashable {
  var reason: String
  var registers: [String]
}
