extension DebugType {
  /// The type's name as GDB prints it: `struct avcpu_context *`, `uint64_t [31]`, `int (*)(void *)`.
  var name: String { declaration(of: "") }

  /// A declaration of something with this type: `uint64_t gpr[31]`.
  func declaration(of declarator: String) -> String {
    let parts = parts(declarator)
    return parts.joined(parts.base.specifier)
  }

  /// What a declaration consists of: what is in front, and the declarator, which is written inside out.
  struct Parts {
    /// `const`, `volatile` and the like, in front.
    var qualifiers = ""
    /// The type that is named.
    let base: DebugType
    let declarator: String

    /// The declaration with a text for `base`.
    func joined(_ specifier: String) -> String {
      let front = qualifiers.isEmpty ? specifier : qualifiers + " " + specifier
      return declarator.isEmpty ? front : front + " " + declarator
    }
  }

  /// - Parameter resolvesTypedefs: whether a typedef is written as what it stands for.
  func parts(_ inner: String, resolvesTypedefs: Bool = false, depth: Int = 0) -> Parts {
    guard depth < Self.chainLimit else {
      return Parts(
        base: DebugType(.malformed("types refer to each other without end"), layout: layout),
        declarator: inner)
    }
    func next(_ type: DebugType, _ declarator: String) -> Parts {
      type.parts(declarator, resolvesTypedefs: resolvesTypedefs, depth: depth + 1)
    }
    switch kind {
    // Rust and Swift write their own names for these.
    case .pointer where ownName != nil, .reference where ownName != nil,
      .array where ownName != nil:
      return Parts(base: self, declarator: inner)
    case .pointer(let target): return next(target, target.pointed(by: "*", inner))
    case .reference(let target, let isRvalue):
      return next(target, target.pointed(by: isRvalue ? "&&" : "&", inner))
    case .typedef(let target) where resolvesTypedefs: return next(target, inner)
    case .qualified: return qualifiedParts(inner, resolvesTypedefs, depth)
    case .array(let array):
      let vector = "__attribute__ ((vector_size(\(array.countText))))"
      return next(array.element, inner + (array.isVector ? vector : "[\(array.countText)]"))
    case .function(let function):
      return next(function.result, "\(inner)(\(function.parametersText(depth: depth)))")
    case .memberPointer(let target): return next(target, "(::*\(inner))")
    default: return Parts(base: self, declarator: inner)
    }
  }

  /// A declarator after the asterisk of a pointer to this.
  private func pointed(by mark: String, _ inner: String) -> String {
    switch kind {
    case .array where ownName == nil, .function: "(\(mark)\(inner))"
    default: mark + inner
    }
  }

  /// Qualifiers are in front of a specifier and after a pointer's asterisk.
  private func qualifiedParts(_ inner: String, _ resolvesTypedefs: Bool, _ depth: Int) -> Parts {
    var found: Set<Qualifier> = []
    var type = self
    var steps = 0
    while steps < Self.chainLimit {
      if case .qualified(let qualifier, let target) = type.kind {
        found.insert(qualifier)
        type = target
      } else if resolvesTypedefs, case .typedef(let target) = type.kind {
        type = target
      } else {
        break
      }
      steps += 1
    }
    let text = Qualifier.allCases.filter { found.contains($0) }.map(\.rawValue)
      .joined(separator: " ")
    switch type.kind {
    case .pointer where type.ownName == nil, .reference where type.ownName == nil:
      let declarator = inner.isEmpty ? " " + text : " " + text + " " + inner
      return type.parts(declarator, resolvesTypedefs: resolvesTypedefs, depth: depth + 1)
    default:
      var parts = type.parts(inner, resolvesTypedefs: resolvesTypedefs, depth: depth + 1)
      // An array's qualifiers are its elements', which compilers write as well.
      if case .array = type.kind,
        (parts.qualifiers + parts.declarator).contains(text)
      {
        return parts
      }
      parts.qualifiers = parts.qualifiers.isEmpty ? text : text + " " + parts.qualifiers
      return parts
    }
  }

  /// What is written without a declarator: `unsigned int`, `struct x`.
  var specifier: String {
    switch kind {
    case .void: return "void"
    case .aggregate(let aggregate): return tagged(aggregate.keyword.rawValue)
    case .enumeration: return tagged("enum")
    case .malformed(let why): return "<malformed: \(why)>"
    case .base:
      let name = ownName ?? "<unnamed>"
      // GDB's spelling, whichever the compiler wrote.
      return CIntegerName(name.split(separator: " ").map(String.init))?.spellings.last ?? name
    case .pointer where entry?.isSwift == true: return tagless
    default: return entry?.qualifiedName ?? ownName ?? "<unnamed>"
    }
  }

  /// A structure's name without `struct`.
  var tagless: String {
    entry?.isSwift == true ? swiftName ?? ownName ?? "" : entry?.qualifiedName ?? ""
  }

  private func tagged(_ keyword: String) -> String {
    if entry?.isSwift == true, let name = swiftName { return name }
    guard let entry, let name = entry.qualifiedName else {
      return "\(keyword) {...}"
    }
    return entry.isC ? "\(keyword) \(name)" : name
  }

  /// A Swift type's name with its parameters, without the standard library's module: `Optional<Int>`.
  private var swiftName: String? {
    guard let mangled = entry?.linkageName ?? ownName, SwiftDemangler.isMangled(mangled) else {
      return nil
    }
    // A type's mangled name ends with `D`.
    let full = SwiftDemangler.declaration(of: mangled)
    return full == mangled ? nil : SwiftValues.short(full)
  }
}

extension ArrayType {
  /// What is between the brackets.
  var countText: String { if case .known(let count) = count { "\(count)" } else { "" } }
}

extension FunctionType {
  func parametersText(depth: Int) -> String {
    // A parameter that takes the function itself would never end.
    guard depth < 8 else { return "..." }
    var texts = parameters.map { parameter -> String in
      let parts = parameter.parts("", depth: depth + 1)
      return parts.joined(parts.base.specifier)
    }
    if isVariadic { texts.append("...") }
    if texts.isEmpty { return isPrototyped ? "void" : "" }
    return texts.joined(separator: ", ")
  }
}
