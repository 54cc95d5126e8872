internal import ArmVCpu
internal import VCpuDebug

/// Which mappings are shown: those that all of the words are true of, and that have an address of a range.
struct MappingFilter {
  /// What can be said of a mapping.
  enum Word: String, CaseIterable, Sendable {
    case readable, writable, executable, user, kernel, device, normal
  }

  /// What has to be true.
  var words: [Word] = []
  /// The addresses of which one has to be in it; nil for all.
  var range: ClosedRange<UInt64>?

  /// Whether a mapping is shown.
  ///
  /// What is said of accesses has to be true of one exception level: of EL0 after `user`, of EL1 or EL2 after `kernel`,
  /// of each after both, of any after neither.
  func accepts(_ mapping: AddressMapping) -> Bool {
    if let range, !mapping.overlaps(range) { return false }
    if words.contains(.device), !mapping.attributes.isDevice { return false }
    if words.contains(.normal), mapping.attributes.isDevice { return false }
    let kinds: [(Word, TranslatedAccess.Kind)] = [
      (.readable, .read), (.writable, .write), (.executable, .execute),
    ]
    let wanted = kinds.filter { words.contains($0.0) }.map(\.1)
    func isAllowed(unprivileged: Bool) -> Bool {
      func allows(_ kind: TranslatedAccess.Kind) -> Bool {
        mapping.permissions.allows(TranslatedAccess(kind, isUnprivileged: unprivileged))
      }
      // Without a word for the access, any will do.
      return wanted.isEmpty ? kinds.contains { allows($0.1) } : wanted.allSatisfy(allows)
    }
    switch (words.contains(.user), words.contains(.kernel)) {
    case (true, true): return isAllowed(unprivileged: true) && isAllowed(unprivileged: false)
    case (true, false): return isAllowed(unprivileged: true)
    case (false, true): return isAllowed(unprivileged: false)
    case (false, false):
      return wanted.isEmpty || isAllowed(unprivileged: true) || isAllowed(unprivileged: false)
    }
  }
}
