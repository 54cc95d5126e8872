internal import VCpuDebug

/// Where bytes went that were written to a translated address: contiguous memory in each space on the way.
struct Landing: Codable, Equatable, Sendable {
  /// The address of the first byte, as it was written to.
  let address: Hex
  /// The guest's intermediate physical address of it; omitted where there is none on the way.
  let intermediate: Hex?
  /// The physical address of it.
  let physical: Hex
  /// How many bytes there are.
  let byteCount: Int
}

extension Landing {
  init(_ part: MemoryPart) {
    address = Hex(part.address)
    intermediate = part.intermediate.map { Hex($0) }
    physical = Hex(part.physical)
    byteCount = part.byteCount
  }
}
