/// GDB's text of types: of `ptype`, `ptype /o` and `whatis`.
struct TypeText {
  /// Whether each member has its offset and its size.
  var hasOffsets = false
  private var output = ""

  init(hasOffsets: Bool = false) { self.hasOffsets = hasOffsets }

  /// What `whatis` says: the type's name.
  ///
  /// - Parameter isNamed: whether the type itself was named, and isn't that of a value: then a typedef is written as
  ///   what it stands for, one level of it.
  static func whatis(_ type: DebugType, isNamed: Bool = false) -> String {
    if isNamed, case .typedef(let target) = type.kind { return "type = " + target.name }
    return "type = " + type.name
  }

  /// What `ptype` says: a structure's members, an enumeration's values, what a typedef stands for. A line each.
  static func ptype(_ type: DebugType, hasOffsets: Bool = false) -> [String] {
    // Only structures and unions have offsets.
    let hasOffsets =
      hasOffsets && type.parts("", resolvesTypedefs: true).base.stripped.isAggregate
    var printer = TypeText(hasOffsets: hasOffsets)
    if hasOffsets { printer.output += "/* offset      |    size */  " }
    printer.output += "type = "
    var layout = MemberLayout()
    printer.print(type, "", show: 1, level: 0, &layout)
    return printer.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// What a level of offsets knows of those before.
  struct MemberLayout {
    /// Where the structure begins in the outermost one, in bits.
    var base: UInt64 = 0
    /// Where the member before ends, in bits from the structure's start.
    var end: UInt64 = 0
  }

  /// The offsets' column.
  private static let column = 27
  private static let levelLimit = 4 * 16
  /// In longer texts structures have only their names: a damaged file's can have themselves as members.
  private static let byteLimit = 2 << 20

  private func mayExpand(at level: Int) -> Bool {
    level <= Self.levelLimit && output.utf8.count < Self.byteLimit
  }

  private mutating func print(
    _ type: DebugType, _ name: String, show: Int, level: Int, _ layout: inout MemberLayout
  ) {
    let parts = type.parts(name, resolvesTypedefs: show > 0)
    if !parts.qualifiers.isEmpty { output += parts.qualifiers + " " }
    let base = show > 0 ? parts.base.stripped : parts.base
    switch base.kind {
    case .aggregate(let aggregate)
    where (show > 0 || show == 0 && base.ownName == nil) && mayExpand(at: level):
      if base.entry?.isRust == true {
        output += RustTypeText.text(base, aggregate)
      } else if let part = aggregate.variants, base.entry?.isSwift == true {
        output += SwiftTypeText.text(base, part)
      } else {
        print(base, aggregate, show: show, level: level, &layout)
      }
    case .enumeration(let enumeration) where show > 0 || show == 0 && base.ownName == nil:
      if base.entry?.isRust == true {
        output += RustTypeText.text(base, enumeration)
        break
      }
      output += Self.text(base, enumeration)
    default: output += base.specifier
    }
    if !parts.declarator.isEmpty { output += " " + parts.declarator }
  }

  private static func text(_ type: DebugType, _ enumeration: EnumerationType) -> String {
    var text = enumeration.isClass ? "enum class " : "enum "
    if let name = type.entry?.qualifiedName { text += name + " " }
    if type.entry?.isC == false, let underlying = enumeration.underlying {
      text += ": " + underlying.name + " "
    }
    var expected: UInt64 = 0
    let values = enumeration.enumerators.map { enumerator -> String in
      defer { expected = enumerator.value &+ 1 }
      if enumerator.value == expected { return enumerator.name }
      return "\(enumerator.name) = \(Int64(bitPattern: enumerator.value))"
    }
    return text + "{" + values.joined(separator: ", ") + "}"
  }

  private mutating func print(
    _ type: DebugType, _ aggregate: AggregateType, show: Int, level: Int,
    _ layout: inout MemberLayout
  ) {
    output += aggregate.keyword.rawValue + " "
    if type.ownName != nil { output += type.tagless + " " }
    let bases = aggregate.members.filter(\.isBaseClass)
    if !bases.isEmpty {
      output += ": " + bases.map { "public " + $0.type.name }.joined(separator: ", ") + " "
    }
    output += "{\n"
    let members = aggregate.members.filter { !$0.isBaseClass }
    if aggregate.isDeclaration || members.isEmpty && level > Self.levelLimit {
      output += spaces(column(level + 4)) + "<incomplete type>\n"
    } else if members.isEmpty {
      output += spaces(column(level + 4)) + "<no data fields>\n"
    }
    for member in members {
      print(member, of: aggregate, show: show, level: level, &layout)
    }
    if hasOffsets {
      if let size = aggregate.byteCount {
        hole(before: size &* 8, "padding", layout)
        output += "\n" + spaces(Self.column + level + 4)
        output += "/* total size (bytes): \(Self.padded(size, 4)) */\n"
      }
      output += spaces(Self.column + (level == 0 ? 2 : 0))
    }
    output += spaces(level) + "}"
  }

  private mutating func print(
    _ member: AggregateType.Member, of aggregate: AggregateType, show: Int, level: Int,
    _ layout: inout MemberLayout
  ) {
    let isUnion = aggregate.keyword == .union
    var inner = MemberLayout(base: layout.base, end: 0)
    if hasOffsets { inner.base = place(member, isUnion, &layout) }
    output += spaces(level + 4)
    if case .elsewhere = member.place { output += "static " }
    let expands =
      hasOffsets && mayExpand(at: level + 4) && member.type.unqualified.isAggregate
    print(
      member.type, member.name ?? "", show: expands ? show : show - 1, level: level + 4, &inner)
    if case .bits(_, let count) = member.place { output += " : \(count)" }
    output += ";\n"
  }

  /// Writes a member's offset and size, and the hole in front of it; returns where it begins, in bits.
  private mutating func place(
    _ member: AggregateType.Member, _ isUnion: Bool, _ layout: inout MemberLayout
  ) -> UInt64 {
    let size = member.type.byteCount ?? 0
    let start: UInt64
    var bitCount = size &* 8
    switch member.place {
    case .offset(let bytes): start = bytes &* 8
    case .bits(let offset, let count): (start, bitCount) = (offset, count)
    case .computed, .elsewhere:
      output += spaces(Self.column)
      return layout.base
    }
    if isUnion {
      output += "/*                \(Self.padded(size, 6)) */"
      return layout.base
    }
    hole(before: start, "hole", layout)
    let position = layout.base &+ start
    if case .bits = member.place {
      output += "/* \(Self.padded(position / 8, 6)):\(Self.padded(position % 8, 2))  "
    } else {
      output += "/* \(Self.padded(position / 8, 6))     "
    }
    output += " |  \(Self.padded(size, 6)) */"
    layout.end = start &+ bitCount
    return position
  }

  private mutating func hole(before start: UInt64, _ what: String, _ layout: MemberLayout) {
    guard layout.end > 0, layout.end < start else { return }
    let bits = start - layout.end
    let name = what + spaces(7 - what.count)
    if bits % 8 > 0 { output += "/* XXX \(Self.padded(bits % 8, 2))-bit \(name)    */\n" }
    if bits / 8 > 0 { output += "/* XXX \(Self.padded(bits / 8, 2))-byte \(name)   */\n" }
  }

  private func column(_ level: Int) -> Int { hasOffsets ? Self.column + level : level }

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  private static func padded(_ number: UInt64, _ width: Int) -> String {
    let text = "\(number)"
    return String(repeating: " ", count: max(0, width - text.count)) + text
  }
}

extension DebugType {
  /// Without qualifiers in front; a typedef stays.
  var unqualified: DebugType {
    var type = self
    for _ in 0..<Self.chainLimit {
      guard case .qualified(_, let target) = type.kind else { break }
      type = target
    }
    return type
  }
}
