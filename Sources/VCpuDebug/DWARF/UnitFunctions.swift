internal import CElfutils

/// The functions of a compilation unit: which code is whose, and what they are declared in.
struct UnitFunctions {
  /// A namespace, a module or a type, and the entries in it.
  struct Scope {
    let offsets: Range<UInt64>
    let name: String
    /// The index of the scope around it; -1 for none.
    let parent: Int
  }
  /// A piece of a function's code.
  struct Code {
    let start: UInt64
    let end: UInt64
    let function: UInt64
  }
  /// A name of a function with code, or of an inlined copy, by the hash of the last part of it.
  struct Name {
    let hash: UInt32
    let function: UInt64
  }

  fileprivate(set) var scopes: [Scope] = []
  fileprivate(set) var code: [Code] = []
  fileprivate(set) var names: [Name] = []

  /// The function with code at an address; the innermost one where they overlap.
  func function(at address: UInt64) -> UInt64? {
    var low = 0
    var high = code.count
    while low < high {
      let middle = low + (high - low) / 2
      if code[middle].start > address { high = middle } else { low = middle + 1 }
    }
    // Functions don't overlap; where they are said to, only the nearest are looked at.
    return code[max(0, low - 8)..<low].last { address < $0.end }?.function
  }

  /// The names of what an entry is declared in, the outermost first.
  func scope(of offset: UInt64) -> [String] {
    var low = 0
    var high = scopes.count
    while low < high {
      let middle = low + (high - low) / 2
      if scopes[middle].offsets.lowerBound >= offset { high = middle } else { low = middle + 1 }
    }
    var index = low - 1
    var names: [String] = []
    while index >= 0 {
      if scopes[index].offsets.contains(offset) { names.append(scopes[index].name) }
      index = scopes[index].parent
    }
    return names.reversed()
  }

  /// FNV-1a, of 32 bits.
  static func hash(of name: some Sequence<UInt8>) -> UInt32 {
    name.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
  }
}

/// A walk over all entries of a unit.
struct UnitWalk {
  private let information: DebugInformation
  private var found = UnitFunctions()
  private var hashes: [UInt64: [UInt32]] = [:]
  /// Whether types can have functions in them, which those of C and assembly can't.
  private let looksIntoTypes: Bool

  /// The deepest nesting of entries that is followed.
  private static let depthLimit = 256

  /// The functions of a unit; nil if it can't be read.
  static func functions(of unit: CompilationUnit, in information: DebugInformation)
    -> UnitFunctions?
  {
    guard var root = unsafe information.entry(at: unit.offset) else { return nil }
    let isC = information.debugEntry(at: unit.offset)?.isC == true
    var walk = UnitWalk(information: information, looksIntoTypes: !isC)
    unsafe walk.walk(&root, in: -1, depth: 0)
    walk.found.code.sort { ($0.start, $1.end) < ($1.start, $0.end) }
    return walk.found
  }

  private init(information: DebugInformation, looksIntoTypes: Bool) {
    self.information = information
    self.looksIntoTypes = looksIntoTypes
  }

  private mutating func walk(_ parent: inout Dwarf_Die, in scope: Int, depth: Int) {
    guard depth < Self.depthLimit else { return }
    unsafe information.forEachChild(of: &parent) { child in
      var inner = scope
      let tag = unsafe Int(dwarf_tag(&child))
      guard mayHoldFunctions(tag) else { return true }
      switch tag {
      case DW_TAG_subprogram, DW_TAG_inlined_subroutine: unsafe note(&child)
      case DW_TAG_namespace, DW_TAG_module, DW_TAG_structure_type, DW_TAG_class_type,
        DW_TAG_union_type, DW_TAG_enumeration_type, DW_TAG_interface_type:
        inner = found.scopes.count
        let start = unsafe dwarf_dieoffset(&child)
        let name = unsafe information.name(of: &child) ?? Self.anonymous(&child)
        found.scopes.append(.init(offsets: start..<start, name: name, parent: scope))
      default: break
      }
      unsafe walk(&child, in: inner, depth: depth + 1)
      if inner != scope {
        let start = found.scopes[inner].offsets.lowerBound
        // What comes next begins after all that is in it.
        let end = max(start, unsafe information.endOffset(of: &child))
        found.scopes[inner] = .init(
          offsets: start..<end, name: found.scopes[inner].name, parent: scope)
      }
      return true
    }
  }

  /// Whether functions can be in an entry. Most of a kernel's debug information is types.
  private func mayHoldFunctions(_ tag: Int) -> Bool {
    switch tag {
    case DW_TAG_formal_parameter, DW_TAG_variable, DW_TAG_array_type, DW_TAG_subroutine_type,
      DW_TAG_call_site, DW_TAG_GNU_call_site, DW_TAG_base_type, DW_TAG_pointer_type, DW_TAG_typedef:
      false
    case DW_TAG_structure_type, DW_TAG_union_type, DW_TAG_enumeration_type: looksIntoTypes
    default: true
    }
  }

  private static func anonymous(_ die: inout Dwarf_Die) -> String {
    unsafe dwarf_tag(&die) == DW_TAG_namespace ? "(anonymous namespace)" : "(anonymous)"
  }

  private mutating func note(_ die: inout Dwarf_Die) {
    let ranges = unsafe information.ranges(of: &die)
    guard !ranges.isEmpty else { return }
    let offset = unsafe dwarf_dieoffset(&die)
    if unsafe dwarf_tag(&die) == DW_TAG_subprogram {
      found.code += ranges.map { .init(start: $0.lowerBound, end: $0.upperBound, function: offset) }
    }
    for hash in unsafe hashesOfNames(&die) {
      found.names.append(.init(hash: hash, function: offset))
    }
  }

  private mutating func hashesOfNames(_ die: inout Dwarf_Die) -> [UInt32] {
    let origin = unsafe information.origin(of: &die)
    if let origin, let known = hashes[origin] { return known }
    var all: [UInt32] = []
    if let name = unsafe information.name(of: &die) {
      all.append(UnitFunctions.hash(of: name.utf8))
    }
    if let name = unsafe information.linkageName(of: &die) {
      let hash = UnitFunctions.hash(of: name.utf8)
      if !all.contains(hash) { all.append(hash) }
    }
    if let origin { hashes[origin] = all }
    return all
  }
}
