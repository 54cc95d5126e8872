/// What an unwinder asks about a program: the modules of one space, and its memory. All addresses are the program's.
protocol UnwindSource: AnyObject {
  /// The rules of call frame information at an address, and how far the program is from the file's addresses.
  func rules(at address: UInt64) -> (rules: FrameRules, slide: UInt64)?
  /// The code of the function or symbol that an address is in.
  func extent(around address: UInt64) -> Range<UInt64>?
  /// Whether there is code at an address; nil if that isn't known.
  func isCode(_ address: UInt64) -> Bool?
  /// Instructions of known code, without asking the target: as many bytes as asked for, or nil.
  func knownCode(at address: UInt64, byteCount: Int) -> [UInt8]?
  /// Bytes of memory.
  ///
  /// - Throws: `StackUnreadable`.
  func bytes(at address: UInt64, byteCount: Int) throws -> [UInt8]
}
