internal import CElfutils

extension ProgramTypes {
  /// What an instruction is in, from its function to the innermost block: functions, functions inlined into it, and
  /// blocks. Empty outside of code with debug information.
  ///
  /// - Parameter address: an address of the file. For a frame that made a call it is the call's, before the return
  ///   address.
  func scopes(at address: UInt64) -> [DebugEntry] {
    // A function may be declared in another one, as Swift's closures are, but its code isn't in that one's.
    guard let function = information.function(at: address),
      let entry = information.debugEntry(at: function.offset)
    else { return [] }
    var chain = [entry]
    descend(entry, address, &chain, depth: 0)
    return chain
  }

  private static var depthLimit: Int { 256 }

  private func descend(
    _ parent: DebugEntry, _ address: UInt64, _ chain: inout [DebugEntry], depth: Int
  ) {
    guard depth < Self.depthLimit else { return }
    var inner: DebugEntry?
    parent.forEachChild { child in
      switch child.tag {
      case DW_TAG_lexical_block, DW_TAG_inlined_subroutine, DW_TAG_try_block, DW_TAG_catch_block,
        DW_TAG_with_stmt, DW_TAG_entry_point:
        if child.contains(address) { inner = child }
      default: break
      }
      return inner == nil
    }
    guard let inner else { return }
    chain.append(inner)
    descend(inner, address, &chain, depth: depth + 1)
  }

  /// The scopes of one function of those at an address: up to the next function that is inlined into it.
  ///
  /// - Parameter function: the offset of the function's entry, of a `DW_TAG_inlined_subroutine` for an inlined one; nil
  ///   for the innermost.
  private func scopes(at address: UInt64, of function: UInt64?) -> [DebugEntry] {
    let all = scopes(at: address)
    func isFunction(_ entry: DebugEntry) -> Bool {
      entry.tag == DW_TAG_subprogram || entry.tag == DW_TAG_inlined_subroutine
    }
    guard
      let start = function.flatMap({ offset in all.firstIndex { $0.offset == offset } })
        ?? all.lastIndex(where: isFunction)
    else { return all }
    let end = all[(start + 1)...].firstIndex(where: isFunction) ?? all.endIndex
    return Array(all[start..<end])
  }

  /// The parameters and local variables at an address, those of the innermost block first, in the order of the source
  /// within each.
  ///
  /// - Parameter function: as for an inlined function; nil for the innermost.
  func variables(at address: UInt64, of function: UInt64? = nil) -> [Variable] {
    let scopes = scopes(at: address, of: function)
    return scopes.reversed().flatMap { variables(in: $0) }
  }

  /// The variables that a function or a block declares itself.
  private func variables(in scope: DebugEntry) -> [Variable] {
    var found: [Variable] = []
    var origins: Set<Int> = []
    func add(_ child: DebugEntry) {
      if child.tag == DW_TAG_variable || child.tag == DW_TAG_formal_parameter {
        found.append(Variable(child, in: self))
      }
    }
    scope.forEachChild { child in
      add(child)
      if let origin = child.reference(DW_AT_abstract_origin, integrated: false) {
        origins.insert(origin.identity)
      }
      return found.count < DebugTypeReader.childLimit
    }
    // What the compiler removed from this instance of the function is only in the abstract one.
    if let abstract = scope.reference(DW_AT_abstract_origin, integrated: false) {
      abstract.forEachChild { child in
        if !origins.contains(child.identity) { add(child) }
        return found.count < DebugTypeReader.childLimit
      }
    }
    return found
  }

  /// The frame base of the function that an address is in, for `ValueScope`. An inlined function has that of the one
  /// that it is in.
  func frameBase(at address: UInt64) -> LocationExpression? {
    guard
      let function = scopes(at: address).first(where: {
        $0.tag == DW_TAG_subprogram && $0.has(DW_AT_frame_base)
      }), let attribute = unsafe function.attribute(DW_AT_frame_base)
    else { return nil }
    return unsafe LocationExpression(attribute, at: address, layout: layout)
  }

  /// A variable by the name that it has at an address: the innermost local one, then one of the unit, then any other.
  ///
  /// - Parameter address: nil without a frame.
  func variable(named name: String, at address: UInt64?, of function: UInt64? = nil) -> Variable? {
    if let address {
      if let local = variables(at: address, of: function).first(where: { $0.name == name }) {
        // `extern int x;` in a block.
        return local.entry.isDeclaration ? globals(named: name).first ?? local : local
      }
      if let unit = information.unit(at: address),
        let own = variable(named: name, inUnitAt: unit.offset)
      {
        return own
      }
    }
    let all = globals(named: name)
    return all.first { $0.isExternal } ?? all.first
  }

  /// The variable of a file or of a function that `FILE::NAME` and `FUNCTION::NAME` mean; nil if there is none.
  func variable(scoped text: String) -> Variable? {
    guard let separator = text.ranges(of: "::").last else { return nil }
    let (owner, name) = (
      String(text[..<separator.lowerBound]), String(text[separator.upperBound...])
    )
    guard !owner.isEmpty, !name.isEmpty else { return nil }
    let units = information.units(ofFile: owner)
    if let own = units.lazy.compactMap({ self.variable(named: name, inUnitAt: $0) }).first {
      return own
    }
    // Others of a function have no place without its frame.
    return information.functions(named: owner).lazy.flatMap {
      self.variables(at: $0.entry, of: $0.offset)
    }.first { $0.name == name && $0.isStatic }
  }

  private func variable(named name: String, inUnitAt offset: UInt64) -> Variable? {
    var found: Variable?
    information.debugEntry(at: offset)?.forEachChild { child in
      if child.tag == DW_TAG_variable, child.has(DW_AT_location) || child.has(DW_AT_const_value),
        child.name == name
      {
        found = Variable(child, in: self)
      }
      return found == nil
    }
    return found
  }

  /// The variables of all units with a name: `counter`, `crate::COUNTER`, `ns::value`.
  func globals(named name: String) -> [Variable] {
    index.finish()
    let last = Self.lastComponent(name)
    return index.entries(named: last, in: .variable).map { Variable($0, in: self) }
      .filter { variable in
        guard name != last, let full = variable.qualifiedName else { return name == last }
        return full == name || full.hasSuffix("::" + name) || full.hasSuffix("." + name)
      }
  }

  /// A static member's variable.
  func staticMember(named name: String, of type: DebugType) -> Variable? {
    let wanted = (type.entry?.qualifiedName).map { $0 + "::" + name }
    return globals(named: name).first { $0.qualifiedName == wanted }
  }
}

extension DebugEntry {
  /// Whether an instruction is in its ranges.
  func contains(_ address: UInt64) -> Bool {
    var die = unsafe die
    return unsafe dwarf_haspc(&die, address) == 1
  }
}
