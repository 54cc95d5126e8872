public import ArmVCpu

extension ExitClass {
  /// The class of a word such as `mmio-read`, or of a prefix that only one class or one family has.
  ///
  /// - Throws: `DebugError.noSuchClass`.
  public init(parsing word: String) throws(DebugError) {
    let lowercased = word.lowercased()
    if let exact = Self.allCases.first(where: { $0.word == lowercased }) {
      self = exact
      return
    }
    let candidates = Self.allCases.filter { $0.word.hasPrefix(lowercased) }
    // Of a family, picks the class that covers all of it: `mm` is `mmio`.
    let widest = candidates.first { first in
      candidates.allSatisfy { $0.word == first.word || $0.word.hasPrefix(first.word + "-") }
    }
    guard lowercased.utf8.count >= 2, let widest else { throw .noSuchClass(word) }
    self = widest
  }

  /// The word for the class, as a string.
  public var word: String { name.description }
}
