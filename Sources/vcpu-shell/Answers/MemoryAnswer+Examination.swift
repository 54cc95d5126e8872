internal import VCpuDebug

extension MemoryAnswer {
  init(_ examination: Examination, in space: AddressSpace, _ rows: [Row], next: UInt64?) {
    self.space = space.prefix
    content =
      switch examination.letter {
      case .instruction: .instructions
      case .string: .strings
      default: .units
      }
    format = String(examination.letter.rawValue)
    unitByteCount = content == .units ? examination.size.byteCount : nil
    self.rows = rows
    self.next = next.map { Hex($0) }
  }
}
