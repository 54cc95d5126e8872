/// Which functions have a name. It is read a unit at a time.
final class FunctionIndex: SlicedReading {
  /// A hash of a name in the upper half, the offset of a function's entry in the lower; sorted up to `sortedCount`.
  private var names: [UInt64] = []
  private var sortedCount = 0
  private let reader: UnitReader
  private unowned let information: DebugInformation

  init(_ information: DebugInformation) {
    self.information = information
    reader = UnitReader(information)
  }

  var readByteCount: UInt64 { reader.offset }
  var byteCount: UInt64 { information.byteCount }

  func advance() -> Bool {
    guard let (_, unit, handle) = reader.next() else { return false }
    for name in UnitWalk.functions(of: unit, in: handle)?.names ?? [] {
      guard let offset = UInt32(exactly: name.function) else { continue }
      names.append(UInt64(name.hash) << 32 | UInt64(offset))
    }
    return true
  }

  /// The entries whose last part of the name may be `name`: a hash may be equal by chance.
  func functions(named name: String) -> [UInt64] {
    if sortedCount < names.count {
      names.sort()
      sortedCount = names.count
    }
    let hash = UInt64(UnitFunctions.hash(of: name.utf8))
    let low = names.partitioningIndex { $0 >> 32 >= hash }
    return names[low...].prefix { $0 >> 32 == hash }.map { $0 & 0xffff_ffff }
  }
}
