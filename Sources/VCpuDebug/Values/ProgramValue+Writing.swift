internal import GDBRemote

/// What has to be written to change a value.
enum ValueWrite: Equatable {
  /// Bytes at a run-time address.
  case memory(address: UInt64, bytes: [UInt8])
  /// A whole register, by its DWARF number.
  case register(Int, value: UInt64)
}

extension ProgramValue {
  /// What has to be written so that a number, a pointer, an enumeration or a bit field has another value. Bits that the
  /// type doesn't have are dropped. Nothing is written here, but the neighbours of a bit field are read.
  func writes(_ value: UInt64) throws -> [ValueWrite] {
    let stripped = type.stripped
    guard stripped.isScalar else { throw ValueError.notScalar(type: type.name) }
    if let bits {
      let old = try storage.bytes(bits.byteCount, in: scope.context, layout: layout)
      return try writes(bits.replacing(old, with: value, layout.byteOrder))
    }
    let size = try byteCount()
    guard size <= 16 else { throw ValueError.tooLarge(byteCount: size) }
    var bytes = layout.bytes(of: value, byteCount: Int(size))
    if size > 8, stripped.isSigned, Int64(bitPattern: value) < 0 {
      // Sign-extended, on the side of the high bytes.
      for index in 8..<Int(size) {
        bytes[layout.byteOrder == .little ? index : Int(size) - 1 - index] = 0xff
      }
    }
    return try writes(bytes)
  }

  /// What has to be written so that a floating-point number has another value.
  func writes(_ value: Double) throws -> [ValueWrite] {
    let size = try byteCount()
    guard type.stripped.isFloat, size == 4 || size == 8 else {
      throw ValueError.notScalar(type: type.name)
    }
    return try writes(
      layout.bytes(
        of: LocationValue.floatBits(value, byteCount: Int(size)), byteCount: Int(size)))
  }

  /// What has to be written so that it has these bytes, all of them.
  func writes(_ bytes: [UInt8]) throws -> [ValueWrite] {
    try storage.writes(bytes, in: scope.context, layout: layout)
  }
}

extension ValueStorage {
  /// What has to be written so that its first bytes are these.
  func writes(
    _ bytes: [UInt8], in context: any LocationContext, layout: DataLayout
  ) throws -> [ValueWrite] {
    if bytes.isEmpty { return [] }
    switch location {
    case .memory(let start):
      return [.memory(address: layout.address(start &+ byteOffset), bytes: bytes)]
    case .register(let number):
      guard let old = try context.register(number) else {
        throw LocationError.registerUnavailable(number)
      }
      let ordered = layout.byteOrder == .little ? bytes : bytes.reversed()
      // From the least significant byte of the register.
      let first =
        layout.byteOrder == .little
        ? byteOffset : wholeByteCount &- byteOffset &- UInt64(bytes.count)
      guard first <= 8, UInt64(bytes.count) <= 8 - first else { throw ValueError.notWritable }
      var value = old
      for (index, byte) in ordered.enumerated() {
        let shift = (first + UInt64(index)) * 8
        value = value & ~(0xff << shift) | UInt64(byte) << shift
      }
      return [.register(number, value: value)]
    case .pieces(let pieces): return try writes(bytes, to: pieces, in: context, layout: layout)
    case .optimizedOut: throw ValueError.optimizedOut
    case .value, .implicitPointer: throw ValueError.notWritable
    }
  }

  private func writes(
    _ bytes: [UInt8], to pieces: [Location.Piece], in context: any LocationContext,
    layout: DataLayout
  ) throws -> [ValueWrite] {
    var found: [ValueWrite] = []
    var position: UInt64 = 0
    let end = byteOffset &+ UInt64(bytes.count)
    for piece in pieces {
      guard piece.bitOffset % 8 == 0, piece.bitCount % 8 == 0 else { throw ValueError.notWritable }
      let size = piece.bitCount / 8
      let first = max(position, byteOffset)
      let last = min(position &+ size, end)
      if first < last {
        let part = ValueStorage(
          location: piece.location, byteOffset: piece.bitOffset / 8 &+ (first - position),
          wholeByteCount: piece.bitOffset / 8 &+ size)
        found += try part.writes(
          Array(bytes[Int(first - byteOffset)..<Int(last - byteOffset)]), in: context,
          layout: layout)
      }
      position &+= size
      if position >= end { return found }
    }
    throw ValueError.partlyMissing
  }
}
