internal import GDBRemote

/// The layouts of a kernel's structures, by the debug information of its file.
extension ProgramTypes: KernelTypes {
  func member(_ path: String, of structure: String) -> KernelMember? {
    guard var type = type(named: "struct \(structure)"), layout.byteOrder == .little else {
      return nil
    }
    var found = KernelMember(bitOffset: 0, bitCount: 0)
    var budget = 1 << 16
    for name in path.split(separator: ".") {
      guard let next = Self.member(String(name), of: type, depth: 0, budget: &budget) else {
        return nil
      }
      found.bitOffset &+= next.member.bitOffset
      found.bitCount = next.member.bitCount
      type = next.type
    }
    return found.bitCount > 0 ? found : nil
  }

  func byteCount(of structure: String) -> Int? {
    type(named: "struct \(structure)")?.byteCount.flatMap { Int(exactly: $0) }
  }

  private static func member(
    _ name: String, of type: DebugType, depth: Int, budget: inout Int
  ) -> (member: KernelMember, type: DebugType)? {
    guard depth < DebugType.chainLimit, case .aggregate(let aggregate) = type.stripped.kind else {
      return nil
    }
    for member in aggregate.members {
      guard budget > 0 else { return nil }
      budget -= 1
      var place = KernelMember(bitOffset: 0, bitCount: 0)
      switch member.place {
      case .offset(let offset) where offset < 1 << 32:
        place.bitOffset = Int(offset) * 8
        if let size = member.type.byteCount, size < 1 << 32 { place.bitCount = Int(size) * 8 }
      case .bits(let offset, let count) where offset < 1 << 32 && count <= 64:
        (place.bitOffset, place.bitCount) = (Int(offset), Int(count))
      default: continue
      }
      if member.name == name { return (place, member.type) }
      guard member.name == nil,
        var found = Self.member(name, of: member.type, depth: depth + 1, budget: &budget)
      else { continue }
      found.member.bitOffset &+= place.bitOffset
      return found
    }
    return nil
  }
}
