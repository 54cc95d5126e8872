/// What a location expression reads.
protocol LocationContext {
  /// How far the program is from the file's addresses.
  var slide: UInt64 { get }
  /// A register in the frame, by its DWARF number; nil if it can't be known.
  func register(_ number: Int) throws -> UInt64?
  /// All bytes of a register, the least significant first: for one that is wider than 64 bits.
  func registerBytes(_ number: Int) throws -> [UInt8]?
  /// Memory at a run-time address: exactly `byteCount` bytes.
  func memory(at address: UInt64, byteCount: Int) throws -> [UInt8]
  /// The frame's address by call frame information; nil if there is none.
  func canonicalFrameAddress() throws -> UInt64?
  /// What a register held when the function was called; nil if it can't be known.
  func entryValue(ofRegister number: Int) throws -> UInt64?
}

extension LocationContext {
  func canonicalFrameAddress() throws -> UInt64? { nil }
  func entryValue(ofRegister number: Int) throws -> UInt64? { nil }
  func registerBytes(_ number: Int) throws -> [UInt8]? {
    try register(number).map { DataLayout.leastFirst($0) }
  }
}
