internal import CElfutils

/// The types and variables of one file: those that were used, and an index by name.
final class ProgramTypes {
  let information: DebugInformation
  /// The names, for as far as they have been read.
  let index: NameIndex
  private var types: [Int: DebugType] = [:]

  /// More types are forgotten all at once; those in use stay usable.
  private static let limit = 20_000

  init(_ information: DebugInformation) {
    self.information = information
    index = NameIndex(information)
  }

  var layout: DataLayout { information.layout }

  /// The type that an entry describes.
  func type(_ entry: DebugEntry) -> DebugType {
    // A unit's own entry of a type in a unit of its own may not even have the name.
    let entry = SwiftPointer.contained(
      entry.reference(DW_AT_signature, integrated: false) ?? entry)
    if let known = types[entry.identity] { return known }
    if types.count >= Self.limit { forgetTypes() }
    let type = DebugType(entry: entry, in: self)
    types[entry.identity] = type
    return type
  }

  /// The type of a variable, a member, a typedef's target; void if none is said.
  func typeOf(_ entry: DebugEntry) -> DebugType {
    guard let reference = entry.reference(DW_AT_type) else {
      return DebugType(.void, layout: layout)
    }
    return type(reference)
  }

  /// Forgets which types were found. Values that have them keep them.
  func forgetFoundTypes() { types = [:] }

  /// Forgets all types: they refer to each other and to the file, which otherwise stays in memory. For before the file
  /// is let go.
  func forgetTypes() {
    for type in types.values { type.forget() }
    types = [:]
  }

  /// The definition of a type that a unit only declares; nil if there is none.
  func definition(ofDeclared entry: DebugEntry) -> DebugEntry? {
    guard let name = entry.name else { return nil }
    index.finish()
    let space: NameIndex.Space = .tag
    let wanted = entry.qualifiedName ?? name
    let tag = entry.tag
    return index.entries(named: name, in: space).first { candidate in
      let same =
        candidate.tag == tag
        || [DW_TAG_class_type, DW_TAG_structure_type].contains(tag)
          && [DW_TAG_class_type, DW_TAG_structure_type].contains(candidate.tag)
      return same && candidate.identity != entry.identity
        && (wanted == name || candidate.qualifiedName == wanted)
    }
  }

  /// The definition of a type that Swift imports from C: Swift only writes its name, in the module `__C`.
  func importedFromC(_ entry: DebugEntry) -> DebugEntry? {
    guard let linkageName = entry.linkageName,
      linkageName.hasPrefix("$sSo") || linkageName.hasPrefix("$eSo")
    else { return nil }
    let prefix = "__C."
    let full = SwiftDemangler.declaration(of: linkageName)
    guard full.hasPrefix(prefix) else { return nil }
    let name = String(full.dropFirst(prefix.count))
    index.finish()
    return index.entries(named: name, in: .tag).first { !$0.isSwift && !$0.isDeclaration }
  }
}
