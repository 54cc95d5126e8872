extension DebugInformation {
  /// How the program's data is laid out.
  var layout: DataLayout {
    DataLayout(addressByteCount: elf.is64Bit ? 8 : 4, byteOrder: elf.byteOrder)
  }
}
