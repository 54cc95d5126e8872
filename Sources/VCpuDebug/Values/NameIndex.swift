internal import CElfutils

/// Where the types and the variables of a file are, by their names. It is read a unit at a time.
///
/// A name is kept as a hash, so that an index of a kernel's hundred thousand names has a few megabytes; what is found
/// is compared with the name in the file.
final class NameIndex: SlicedReading {
  /// Names of one space don't hide those of another.
  enum Space: UInt64 {
    /// `struct x`, `union x`, `enum x`, and what has a name alone in other languages.
    case tag = 1
    /// Typedefs and base types.
    case ordinary
    case variable
  }

  private let information: DebugInformation
  private let reader: UnitReader
  /// The units of `.debug_types`, which follow the others.
  private lazy var typeUnits = information.typeUnits()
  private var nextTypeUnit = 0
  private var first: [UInt64: UInt64] = [:]
  /// More entries of the same name.
  private var others: [UInt64: [UInt64]] = [:]

  /// So many entries of the same name are kept.
  private static let sameNameLimit = 64
  private static let depthLimit = 16

  init(_ information: DebugInformation) {
    self.information = information
    reader = UnitReader(information)
  }

  // A unit with a type is small.
  var byteCount: UInt64 { information.byteCount + UInt64(typeUnits.count) }
  var readByteCount: UInt64 { reader.offset + UInt64(nextTypeUnit) }

  func advance() -> Bool {
    if let (_, unit, handle) = reader.next() {
      add(handle.debugEntry(at: unit.offset), section: 0)
      return true
    }
    guard reader.isAtEnd, nextTypeUnit < typeUnits.count else { return false }
    let offset = typeUnits[nextTypeUnit]
    nextTypeUnit += 1
    add(information.debugEntry(inTypesAt: offset), section: Self.inTypes)
    return true
  }

  private func add(_ unit: DebugEntry?, section: UInt64) {
    guard let unit else { return }
    add(unit, section: section, isC: unit.isC, depth: 0)
  }

  /// Marks an offset of `.debug_types`.
  private static let inTypes: UInt64 = 1 << 63

  private func entry(at offset: UInt64) -> DebugEntry? {
    offset & Self.inTypes == 0
      ? information.debugEntry(at: offset)
      : information.debugEntry(inTypesAt: offset & ~Self.inTypes)
  }

  /// Reads what is left.
  func finish() { finish(information.onReading) }

  /// The entries with a name, not qualified, for as far as the file has been read: C's first. C's types of the same name
  /// are found once.
  func entries(named name: String, in space: Space) -> [DebugEntry] {
    [true, false].flatMap { isC -> [DebugEntry] in
      let key = Self.key(name.utf8, space, isC: isC)
      guard let first = first[key] else { return [] }
      return ([first] + (others[key] ?? [])).compactMap { entry(at: $0) }.filter { $0.name == name }
    }
  }

  private func add(_ parent: DebugEntry, section: UInt64, isC: Bool, depth: Int) {
    guard depth < Self.depthLimit else { return }
    parent.forEachChild { child in
      let tag = child.tag
      switch tag {
      case DW_TAG_structure_type, DW_TAG_class_type, DW_TAG_union_type, DW_TAG_enumeration_type:
        if !child.isDeclaration || child.has(DW_AT_signature) {
          insert(child, section, .tag, isC: isC)
        }
        // Only C++ and its like have types inside of types.
        if !isC, tag != DW_TAG_enumeration_type {
          add(child, section: section, isC: isC, depth: depth + 1)
        }
      case DW_TAG_typedef, DW_TAG_base_type, DW_TAG_unspecified_type, DW_TAG_template_alias:
        insert(child, section, .ordinary, isC: isC)
      case DW_TAG_pointer_type:
        // Rust gives pointers names.
        if !isC { insert(child, section, .ordinary, isC: isC) }
      case DW_TAG_variable:
        if child.has(DW_AT_location) || child.has(DW_AT_const_value) {
          insert(child, section, .variable, isC: isC)
        }
      case DW_TAG_namespace, DW_TAG_module:
        add(child, section: section, isC: isC, depth: depth + 1)
      default: break
      }
      return true
    }
  }

  private func insert(_ entry: DebugEntry, _ section: UInt64, _ space: Space, isC: Bool) {
    guard let key = unsafe entry.withNameBytes({ unsafe Self.key($0, space, isC: isC) }) else {
      return
    }
    let offset = entry.offset | section
    if first[key] == nil {
      first[key] = offset
    } else if !isC || space == .variable, others[key, default: []].count < Self.sameNameLimit {
      others[key, default: []].append(offset)
    }
  }

  /// FNV-1a.
  private static func key(_ bytes: some Sequence<UInt8>, _ space: Space, isC: Bool) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ (space.rawValue << 1 | (isC ? 1 : 0))
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }
}
