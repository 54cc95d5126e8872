internal import CElfutils

extension DebugInformation {
  /// The functions whose code is at an address, the innermost first: inlined copies, and last the function that they
  /// are inlined into. Empty where no function is known.
  func functions(at address: UInt64) -> [DebugFunction] {
    guard let unit = unit(at: address),
      let offset = functions(of: unit)?.function(at: address), var die = unsafe entry(at: offset),
      let outermost = unsafe function(&die)
    else { return [] }
    var chain = [outermost]
    unsafe inlined(at: address, in: &die, depth: 0, &chain)
    return chain.reversed()
  }

  /// The function at an address that isn't inlined.
  func function(at address: UInt64) -> DebugFunction? {
    guard let unit = unit(at: address),
      let offset = functions(of: unit)?.function(at: address), var die = unsafe entry(at: offset)
    else { return nil }
    return unsafe function(&die)
  }

  /// The functions of a unit; nil if it can't be read.
  func functions(of unit: CompilationUnit) -> UnitFunctions? {
    if let known = functionCache.value(for: unit.offset) { return known }
    let functions = UnitWalk.functions(of: unit, in: self)
    functionCache.keep(functions, for: unit.offset)
    return functions
  }

  /// The function, or the inlined copy, whose entry is at an offset.
  func function(atOffset offset: UInt64) -> DebugFunction? {
    guard var die = unsafe entry(at: offset) else { return nil }
    return unsafe function(&die)
  }

  /// Where a breakpoint at a function belongs: after the prologue, or where an inlined copy is entered.
  func breakpointAddress(of function: DebugFunction) -> UInt64 {
    guard !function.isInlined, let unit = unit(at: function.entry), !isAssembly(unit),
      let lines = lines(of: unit),
      let range = function.ranges.first(where: { $0.contains(function.entry) })
    else { return function.entry }
    return lines.addressAfterPrologue(of: function.entry..<range.upperBound)
  }

  /// The compilation unit with an entry.
  func unit(containing offset: UInt64) -> CompilationUnit? {
    var low = 0
    var high = units.count
    while low < high {
      let middle = low + (high - low) / 2
      if units[middle].offset > offset { high = middle } else { low = middle + 1 }
    }
    return low > 0 ? units[low - 1] : nil
  }

  /// Whether a unit is assembly, whose functions have no prologue to skip.
  private func isAssembly(_ unit: CompilationUnit) -> Bool {
    guard var die = unsafe entry(at: unit.offset) else { return false }
    return unsafe dwarf_srclang(&die) == DW_LANG_Mips_Assembler
  }

  /// The deepest nesting of blocks and inlined copies that is followed.
  private static var inliningLimit: Int { 500 }

  private func inlined(
    at address: UInt64, in parent: inout Dwarf_Die, depth: Int, _ chain: inout [DebugFunction]
  ) {
    guard depth < Self.inliningLimit else { return }
    unsafe forEachChild(of: &parent) { child in
      let tag = unsafe Int(dwarf_tag(&child))
      guard
        tag == DW_TAG_inlined_subroutine || tag == DW_TAG_lexical_block
          || tag == DW_TAG_try_block || tag == DW_TAG_catch_block,
        unsafe ranges(of: &child).contains(where: { $0.contains(address) })
      else { return true }
      if tag == DW_TAG_inlined_subroutine, let function = unsafe function(&child) {
        chain.append(function)
      }
      unsafe inlined(at: address, in: &child, depth: depth + 1, &chain)
      return false
    }
  }

  private func function(_ die: inout Dwarf_Die) -> DebugFunction? {
    let tag = unsafe Int(dwarf_tag(&die))
    guard tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine else { return nil }
    let ranges = unsafe ranges(of: &die)
    guard let first = ranges.first else { return nil }
    let isInlined = tag == DW_TAG_inlined_subroutine
    return DebugFunction(
      offset: unsafe dwarf_dieoffset(&die), name: unsafe name(of: &die),
      scope: unsafe scope(of: die), linkageName: unsafe linkageName(of: &die),
      isInlined: isInlined, ranges: ranges,
      entry: unsafe entryAddress(of: &die, first.lowerBound),
      call: isInlined ? unsafe callSite(of: &die) : nil,
      declaration: unsafe declaration(of: &die))
  }

  /// DW_AT_entry_pc, which may be a distance from the first address (DWARF 5, 2.18).
  private func entryAddress(of die: inout Dwarf_Die, _ first: UInt64) -> UInt64 {
    var address: Dwarf_Addr = 0
    if unsafe dwarf_entrypc(&die, &address) == 0 { return address }
    return first &+ (unsafe number(DW_AT_entry_pc, of: &die) ?? 0)
  }

  /// What a function is declared in: of an instance, what its origin is declared in.
  private func scope(of die: Dwarf_Die) -> [String] {
    var die = unsafe die
    // An instance refers to its origin, and that to a declaration in its type.
    for _ in 0..<8 {
      guard
        let next = unsafe entry(DW_AT_abstract_origin, of: &die)
          ?? entry(DW_AT_specification, of: &die)
      else { break }
      unsafe die = next
    }
    let offset = unsafe dwarf_dieoffset(&die)
    guard let unit = unit(containing: offset) else { return [] }
    return functions(of: unit)?.scope(of: offset) ?? []
  }

  private func declaration(of die: inout Dwarf_Die) -> SourceLocation? {
    var line: Int32 = 0
    var attribute = unsafe Dwarf_Attribute()
    var index: Dwarf_Word = 0
    // `dwarf_decl_file` of libdw 0.188 doesn't know that a file's number may be 0 (DWARF 5, 6.2.4).
    guard unsafe dwarf_decl_line(&die, &line) == 0, line > 0,
      unsafe dwarf_attr_integrate(&die, UInt32(DW_AT_decl_file), &attribute) != nil,
      unsafe dwarf_formudata(&attribute, &index) == 0,
      let file = unsafe file(index, of: &die)
    else { return nil }
    return SourceLocation(file: file, line: Int(line))
  }

  private func callSite(of die: inout Dwarf_Die) -> SourceLocation? {
    guard let line = unsafe number(DW_AT_call_line, of: &die).flatMap(Int.init(exactly:)), line > 0,
      let index = unsafe number(DW_AT_call_file, of: &die),
      let file = unsafe file(index, of: &die)
    else { return nil }
    return SourceLocation(file: file, line: line)
  }

  /// The path of a file by its number in the line table of an entry's unit. Before DWARF 5, no file has the number 0.
  private func file(_ number: UInt64, of die: inout Dwarf_Die) -> String? {
    var unit = unsafe Dwarf_Die()
    var files: OpaquePointer?
    var count = 0
    guard unsafe dwarf_diecu(&die, &unit, nil, nil) != nil,
      unsafe dwarf_getsrcfiles(&unit, &files, &count) == 0, let files = unsafe files,
      let index = Int(exactly: number), index < count,
      let name = unsafe dwarf_filesrc(files, index, nil, nil)
    else { return nil }
    let path = unsafe String(cString: name)
    return path == "???" ? nil : path
  }
}
