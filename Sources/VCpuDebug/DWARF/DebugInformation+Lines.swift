internal import CElfutils

extension DebugInformation {
  /// The source line of an instruction; nil outside of code, and for compiler-generated code without a line.
  func sourceLocation(at address: UInt64) -> SourceLocation? {
    guard let unit = unit(at: address), var die = unsafe entry(at: unit.offset),
      let line = unsafe dwarf_getsrc_die(&die, address)
    else { return nil }
    var number: Int32 = 0
    // Line 0 is code that doesn't belong to a line (DWARF 5, 6.2.2).
    guard unsafe dwarf_lineno(line, &number) == 0, number > 0,
      let file = unsafe dwarf_linesrc(line, nil, nil)
    else { return nil }
    return SourceLocation(file: unsafe String(cString: file), line: Int(number))
  }
}
