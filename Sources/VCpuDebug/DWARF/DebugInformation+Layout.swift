extension DebugInformation {
  /// How the program's data is laid out.
  var layout: DataLayout {
    var layout = DataLayout(addressByteCount: elf.is64Bit ? 8 : 4, byteOrder: elf.byteOrder)
    layout.unplacedStart = elf.unplacedStart
    return layout
  }
}
