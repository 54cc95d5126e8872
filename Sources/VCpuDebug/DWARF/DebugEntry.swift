internal import CElfutils

/// An entry of debug information: a type, a variable, a function, with its attributes and the entries inside of it.
@safe struct DebugEntry {
  let information: DebugInformation
  @unsafe let die: Dwarf_Die

  init(_ die: Dwarf_Die, in information: DebugInformation) {
    unsafe self.die = die
    self.information = information
  }

  /// Where it is in `.debug_info`, or in `.debug_types`.
  var offset: UInt64 {
    var die = unsafe die
    return unsafe dwarf_dieoffset(&die)
  }

  /// What is different for every entry, of whichever section.
  var identity: Int { unsafe Int(bitPattern: die.addr) }

  /// `DW_TAG_…`.
  var tag: Int {
    var die = unsafe die
    return unsafe Int(dwarf_tag(&die))
  }

  /// Its unit's language, `DW_LANG_…`; 0 if it isn't said.
  var language: Int {
    var die = unsafe die
    var unit = unsafe Dwarf_Die()
    guard unsafe dwarf_diecu(&die, &unit, nil, nil) != nil else { return 0 }
    return unsafe max(0, Int(dwarf_srclang(&unit)))
  }

  /// The name in the source, also that of the declaration or of the abstract instance.
  var name: String? {
    guard let text = string(UInt32(DW_AT_name)), !text.isEmpty else { return nil }
    return text
  }

  /// The linker's name, with the same.
  var linkageName: String? {
    string(UInt32(DW_AT_linkage_name)) ?? string(UInt32(DW_AT_MIPS_linkage_name))
  }

  /// An attribute of this entry, or of the one that it completes (`DW_AT_specification`, `DW_AT_abstract_origin`).
  func attribute(_ name: Int, integrated: Bool = true) -> Dwarf_Attribute? {
    var die = unsafe die
    var result = unsafe Dwarf_Attribute()
    let found =
      integrated
      ? unsafe dwarf_attr_integrate(&die, UInt32(name), &result)
      : unsafe dwarf_attr(&die, UInt32(name), &result)
    return unsafe found == nil ? nil : result
  }

  func has(_ name: Int) -> Bool { unsafe attribute(name) != nil }

  private func string(_ name: UInt32) -> String? {
    guard var attribute = unsafe attribute(Int(name)),
      let text = unsafe dwarf_formstring(&attribute)
    else { return nil }
    return unsafe String(cString: text)
  }

  /// A number that isn't negative; nil if there is none, or if it is an expression.
  func unsigned(_ name: Int) -> UInt64? {
    guard var attribute = unsafe attribute(name) else { return nil }
    var value: UInt64 = 0
    return unsafe dwarf_formudata(&attribute, &value) == 0 ? value : nil
  }

  /// A number with a sign, if its form has one.
  func signed(_ name: Int) -> Int64? {
    guard var attribute = unsafe attribute(name) else { return nil }
    var value: Int64 = 0
    return unsafe dwarf_formsdata(&attribute, &value) == 0 ? value : nil
  }

  func flag(_ name: Int) -> Bool {
    guard var attribute = unsafe attribute(name) else { return false }
    var value = false
    return unsafe dwarf_formflag(&attribute, &value) == 0 && value
  }

  /// Whether this entry itself only declares: a definition refers to its declaration.
  var isDeclaration: Bool {
    guard var attribute = unsafe attribute(DW_AT_declaration, integrated: false) else {
      return false
    }
    var value = false
    return unsafe dwarf_formflag(&attribute, &value) == 0 && value
  }

  /// The bytes of an attribute that holds a block.
  func block(_ name: Int) -> [UInt8]? {
    guard var attribute = unsafe attribute(name) else { return nil }
    var block = unsafe Dwarf_Block()
    guard unsafe dwarf_formblock(&attribute, &block) == 0 else { return nil }
    return unsafe [UInt8](UnsafeBufferPointer(start: block.data, count: Int(block.length)))
  }

  /// The entry that an attribute refers to, in this unit, in another, or in a unit of a type.
  func reference(_ name: Int, integrated: Bool = true) -> DebugEntry? {
    guard var attribute = unsafe attribute(name, integrated: integrated) else { return nil }
    var result = unsafe Dwarf_Die()
    guard unsafe dwarf_formref_die(&attribute, &result) != nil else { return nil }
    return unsafe DebugEntry(result, in: information)
  }

  /// The expression of an attribute; nil if it is none, or a list of them.
  func expression(_ name: Int) -> LocationExpression? {
    guard let attribute = unsafe attribute(name) else { return nil }
    return unsafe LocationExpression(attribute, layout: information.layout)
  }

  /// Calls a function for each entry inside, in order, until it returns false.
  func forEachChild(_ body: (DebugEntry) throws -> Bool) rethrows {
    var parent = unsafe die
    var child = unsafe Dwarf_Die()
    guard unsafe dwarf_child(&parent, &child) == 0 else { return }
    while true {
      guard try body(unsafe DebugEntry(child, in: information)) else { return }
      var next = unsafe Dwarf_Die()
      // `DW_AT_sibling` could lead back.
      guard unsafe dwarf_siblingof(&child, &next) == 0, unsafe next.addr > child.addr else {
        return
      }
      unsafe child = next
    }
  }

  /// The entries inside.
  var children: [DebugEntry] {
    var found: [DebugEntry] = []
    forEachChild {
      found.append($0)
      return found.count < 1 << 20
    }
    return found
  }
}

extension DebugInformation {
  /// The entry at an offset of `.debug_info`, as a value; nil if there is none.
  func debugEntry(at offset: UInt64) -> DebugEntry? {
    unsafe entry(at: offset).map { unsafe DebugEntry($0, in: self) }
  }
}
